import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, mkdir, open, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { FileError } from "@covidxr/core";
import { diskError, errorCode } from "@covidxr/core/files-internal";

/** Ending of a file's name while it arrives; no other program uses it. */
export const PART_SUFFIX = ".covidxr-part";

/** What is at the path of a part. */
export interface FoundPart {
  /** Its length; 0 for a link, whose target belongs to someone else. */
  readonly bytes: number;
  /** Why it is not a part, in words; undefined for a file and a link. */
  readonly difference?: string;
}

/**
 * Looks at a part.
 *
 * @returns undefined when nothing is there.
 * @throws {FileError} `"unreadable"`.
 */
export async function findPart(part: string): Promise<FoundPart | undefined> {
  let found: Stats;
  try {
    found = await lstat(part);
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errorCode(error))) return undefined;
    throw diskError(part, error, { reason: "unreadable" });
  }
  if (found.isFile()) return { bytes: found.size };
  if (found.isSymbolicLink()) return { bytes: 0 };
  const kind = found.isDirectory() ? "folder" : "pipe or device";
  return { bytes: 0, difference: `expected nothing or the beginning of a file, got a ${kind}` };
}

/**
 * Removes a part: a file or a link of that name, nothing else.
 *
 * @throws {FileError} `"different"` on a folder, pipe or device; `"unwritable"`, `"unreadable"`.
 */
export async function removePart(part: string): Promise<void> {
  const found = await findPart(part);
  if (!found) return;
  if (found.difference !== undefined) {
    throw new FileError({ path: part, reason: "different", message: `${found.difference}; move it away` });
  }
  try {
    await unlink(part);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw diskError(part, error);
  }
}

/** Opens a part to write at its end; creates the folders above it and removes a link in its place. */
export async function openPart(part: string, length: number): Promise<FileHandle> {
  try {
    await mkdir(dirname(part), { recursive: true });
    if (length === 0) await removePart(part);
    // O_NOFOLLOW: a link put there meanwhile would send the bytes elsewhere. Windows has no such flag.
    const flags = constants.O_WRONLY | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
    return await open(part, flags, 0o666);
  } catch (error) {
    throw diskError(part, error);
  }
}

/** Writes all of `bytes` at `position`, in as many calls as the disk needs. */
export async function writeFully(
  file: FileHandle,
  bytes: Uint8Array,
  position: number,
  written: (bytes: number) => void,
): Promise<void> {
  for (let start = 0; start < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, start, bytes.length - start, position + start);
    start += bytesWritten;
    written(bytesWritten);
  }
}

/** Flushes a part and renames it to its final name, replacing what is there. */
export async function publishPart(part: string, path: string): Promise<void> {
  try {
    const file = await open(part, "r+");
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    throw diskError(path, error);
  }
  await syncFolder(dirname(path));
}

/** Flushes a folder's names; not every platform and file system can. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // The file itself is complete; at worst, a power failure loses its name.
  }
}
