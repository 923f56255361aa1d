import { join } from "node:path";
import {
  type FolderLock,
  isUnlocked,
  type WaitForLockOptions,
  waitForLock,
} from "@covidxr/core/files-internal";

/** Name of a folder's lock. */
export const LOCK_NAME = ".covidxr-download.lock";

/**
 * Waits until only this process downloads to a folder.
 *
 * @throws {FileError} `"unwritable"`.
 * @throws the signal's reason.
 */
export function lockFolder(
  folder: string,
  options: Omit<WaitForLockOptions, "command">,
): Promise<FolderLock> {
  return waitForLock(join(folder, LOCK_NAME), { ...options, command: "a download" });
}

/** Whether no process downloads to a folder; the lock of one that has ended is removed. */
export function isFree(folder: string): boolean {
  try {
    return isUnlocked(join(folder, LOCK_NAME));
  } catch {
    // In a folder that may not be written or read; it does not matter when all files are there.
    return false;
  }
}
