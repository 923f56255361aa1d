// For the packages of this repository only; not part of the public interface. With Node modules.

export { checkFreeSpace, diskError, errorCode } from "./files/disk.js";
export {
  type FolderLock,
  inUse,
  isUnlocked,
  takeLock,
} from "./files/folder-lock.js";
export { isTemporaryName, sweepTemporaryFiles, temporaryPath } from "./files/temporary-files.js";
export { type WaitForLockOptions, waitForLock } from "./files/wait-for-lock.js";
