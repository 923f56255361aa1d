import { readlink, stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { FileError } from "@covidxr/core";
import { type FileFault, formatBytes } from "@covidxr/core/internal";

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on the disk",
  EDQUOT: "the quota on this disk is used up",
  EFBIG: "the file system, or a limit of this process, does not allow files of this length",
  EACCES: "permission denied; choose a folder that you may write to",
  EPERM: "not permitted; choose a folder that you may write to",
  EROFS: "the disk is read-only; choose a folder that you may write to",
};

/**
 * The error of a file that cannot be written or read.
 *
 * @param missing Bytes still to be written, for the advice on a full disk.
 */
export function diskError(
  path: string,
  cause: unknown,
  reason: FileFault = "unwritable",
  missing?: number,
): FileError {
  if (cause instanceof FileError) return cause;
  const code = errorCode(cause);
  const isFull = code === "ENOSPC" || code === "EDQUOT";
  const advice =
    isFull && missing !== undefined
      ? `; free ${formatBytes(missing)} and run again, the download resumes`
      : "";
  const verb = reason === "unreadable" ? "read" : "written";
  const words = WORDS[code] ?? `cannot be ${verb} (${(cause as Error).message})`;
  return new FileError({ path, reason, message: `${words}${advice}`, cause });
}

/** The code of a system error; empty for others. */
export function errorCode(error: unknown): string {
  return (error as NodeJS.ErrnoException | undefined)?.code ?? "";
}

/**
 * Refuses a download that the disk has no room for; passes where the file system does not report its free space.
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

/** Target of a link; undefined when there is no link at that path. For paths at which nothing was found. */
export function danglingLink(path: string): Promise<string | undefined> {
  return readlink(path).catch(() => undefined);
}

/** What is in the way of a folder. */
export interface ParentObstacle {
  readonly path: string;
  readonly difference: string;
  readonly remedy: string;
}

/**
 * Why the folders above a path cannot be created: one of them is a file or a dangling link.
 *
 * @param path Path at which nothing is.
 * @returns undefined when they can, or when that cannot be determined.
 */
export async function parentObstacle(path: string): Promise<ParentObstacle | undefined> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    try {
      if ((await stat(folder)).isDirectory()) return undefined;
      return { path: folder, difference: "expected a folder, got a file", remedy: "move it away" };
    } catch (error) {
      if (!["ENOENT", "ENOTDIR"].includes(errorCode(error))) return undefined;
    }
    const target = await danglingLink(folder);
    if (target !== undefined) {
      const difference = `expected a folder, got a link to ${target}, which does not exist`;
      return { path: folder, difference, remedy: "mount its disk or remove the link" };
    }
    if (dirname(folder) === folder) return undefined;
  }
}
