// For the packages of this repository only; not part of the public interface. No Node modules.

export { splitNames } from "./cohort/cohort-row.js";
export { joinPath } from "./paths.js";
export { balanceHoldOut, balanceParts, gatherGroups } from "./splits/balance-groups.js";
export { SPLIT, SPLIT_DEFAULTS } from "./splits/split-cohort.js";
