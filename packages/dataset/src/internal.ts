// For the packages of this repository alone; no part of the public interface.
export { splitNames } from "./cohort/cohort-row.js";
export type { Derivatives } from "./cohort/licences.js";
export { balanceHoldOut, balanceParts, gatherGroups } from "./splits/balance-groups.js";
export { SPLIT_DEFAULTS } from "./splits/split-cohort.js";
export { readTable } from "./tables/read-table.js";
export { requireColumn, type Table, type TableRow } from "./tables/table.js";
