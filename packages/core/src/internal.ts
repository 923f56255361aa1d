export { checkInteger, checkNumber } from "./checks.js";
export { DisjointSets, groupBy } from "./collections.js";
export { throwIfInterrupted } from "./errors.js";
export { formatBytes, formatDuration, plural } from "./text.js";
// For the packages of this repository alone; no part of the public interface, and no Node modules.
