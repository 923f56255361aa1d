export { checkInteger, checkNumber } from "./checks.js";
export { DisjointSets, groupBy } from "./collections.js";
export { throwIfInterrupted } from "./errors.js";
export { formatBytes, formatDuration, plural } from "./text.js";
// For the packages of this repository only; not part of the public interface. No Node modules.
