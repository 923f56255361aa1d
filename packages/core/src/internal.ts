// For the packages of this repository only; not part of the public interface. No Node modules.

export { checkDate, checkInteger, checkNumber } from "./checks.js";
export { DisjointSets, groupBy } from "./collections.js";
export {
  type DownloadFault,
  type FileFault,
  type LeakKind,
  type MetadataFault,
  throwIfInterrupted,
} from "./errors.js";
export { checkArguments, checkArray, checkOptions, nearestName, type OptionKinds } from "./options.js";
export {
  describeValue,
  formatBytes,
  formatDuration,
  hidePasswords,
  isAddress,
  plural,
  showControls,
} from "./text.js";
