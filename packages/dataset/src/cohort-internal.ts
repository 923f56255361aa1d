export { splitNames } from "./cohort/cohort-row.js";
export { joinPath } from "./paths.js";
export { balanceHoldOut, balanceParts, gatherGroups } from "./splits/balance-groups.js";
export { SPLIT_DEFAULTS } from "./splits/split-cohort.js";
// For the packages of this repository alone, and without Node modules; no part of the public interface.
