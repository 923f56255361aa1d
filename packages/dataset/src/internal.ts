// For the packages of this repository only; not part of the public interface.

export type { Derivatives } from "./cohort/licences.js";
export { readTable } from "./files.js";
export { requireColumn, type Table, type TableRow } from "./table.js";
