import { statfs } from "node:fs/promises";
import { FileError, type FileFault } from "../errors.js";
import { formatBytes } from "../text.js";

const CHOOSE = "choose a folder that you may write to";
const FULL: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on the disk",
  EDQUOT: "the quota on this disk is used up",
  EFBIG: "the file system, or a limit of this process, does not allow files of this length",
};
const UNWRITABLE: Readonly<Record<string, string>> = {
  EACCES: `permission denied; ${CHOOSE}`,
  EPERM: `not permitted; ${CHOOSE}`,
  EROFS: `the disk is read-only; ${CHOOSE}`,
};
const UNREADABLE: Readonly<Record<string, string>> = {
  EACCES: "permission denied; ask for the right to read it",
  EPERM: "not permitted; ask for the right to read it",
};
const EITHER: Readonly<Record<string, string>> = {
  ENAMETOOLONG: "the name is longer than the file system allows; choose a shorter path",
  EMFILE: "this process has too many files open; raise the limit (ulimit -n)",
  ENFILE: "the system has too many files open; close programs",
  ELOOP: "the path leads in circles through links; remove the link",
  EIO: "the disk reports a fault; check it, or choose another",
};

/**
 * The error of a file that the system refuses to write or to read: what is the matter, and what to do.
 *
 * @param options.reason @defaultValue "unwritable"
 * @param options.bytes Bytes still to be written, for the advice on a full disk.
 */
export function diskError(
  path: string,
  cause: unknown,
  { reason = "unwritable", bytes }: { readonly reason?: FileFault; readonly bytes?: number } = {},
): FileError {
  if (cause instanceof FileError) return cause;
  const code = errorCode(cause);
  const full = FULL[code];
  if (full !== undefined) {
    const amount = bytes === undefined ? "space" : formatBytes(bytes);
    const remedy = code === "EFBIG" ? `allow ${amount} (ulimit -f)` : `free ${amount}`;
    const message = `${full}; ${remedy} and run again: what is complete is kept`;
    return new FileError({ path, reason, message, cause });
  }
  const isReading = reason === "unreadable";
  const remedy = isReading ? "check the path and its permissions" : CHOOSE;
  const words = { ...EITHER, ...(isReading ? UNREADABLE : UNWRITABLE) }[code];
  const message =
    words ?? `cannot be ${isReading ? "read" : "written"} (${(cause as Error)?.message ?? cause}); ${remedy}`;
  return new FileError({ path, reason, message, cause });
}

/** The code of a system error, such as `"ENOENT"`; empty for others. */
export function errorCode(error: unknown): string {
  return (error as NodeJS.ErrnoException | undefined)?.code ?? "";
}

/**
 * Refuses to write what the disk has no room for; passes where the file system does not report its free space.
 *
 * @throws {FileError} `"unwritable"`.
 */
export async function checkFreeSpace(folder: string, bytes: number): Promise<void> {
  const disk = await statfs(folder).catch(() => undefined);
  // Some network and overlay file systems report 0 of 0.
  if (!disk || disk.blocks === 0) return;
  const free = disk.bavail * disk.bsize;
  if (free >= bytes) return;
  throw new FileError({
    path: folder,
    reason: "unwritable",
    message:
      `no space left on the disk: ${formatBytes(bytes)} still to come, ${formatBytes(free)} free; ` +
      `free ${formatBytes(bytes - free)} or choose another disk`,
  });
}
