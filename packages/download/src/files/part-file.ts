import { constants } from "node:fs";
import { type FileHandle, lstat, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { diskFault, errorCode } from "./disk-fault.js";

/** What the name of a file ends in while it comes. */
export const PART_SUFFIX = ".part";

/**
 * Bytes that are there of a file that is coming.
 *
 * @returns 0 when there is none, and when what stands there is no file of its own (a link, a folder).
 */
export async function partLength(part: string): Promise<number> {
  try {
    const found = await lstat(part);
    return found.isFile() ? found.size : 0;
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errorCode(error))) return 0;
    throw diskFault(part, error, { reason: "unreadable" });
  }
}

/** Removes a part, or what stands in its place. */
export async function removePart(part: string): Promise<void> {
  try {
    await rm(part, { force: true, recursive: true });
  } catch (error) {
    throw diskFault(part, error);
  }
}

/** Opens a part to write at its end; makes the folders above it. What stands there and is no file is removed. */
export async function openPart(part: string, length: number): Promise<FileHandle> {
  try {
    await mkdir(dirname(part), { recursive: true });
    if (length === 0) await removePart(part);
    // O_NOFOLLOW: a link that someone else put there would let the bytes go elsewhere; Windows has no such flag.
    const flags = constants.O_WRONLY | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
    return await open(part, flags, 0o666);
  } catch (error) {
    throw diskFault(part, error);
  }
}

/** Writes all of `bytes` at `position`; a disk that takes fewer is asked again, until it takes them or says why not. */
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

/** Gives a part its final name once it is on the disk itself, in the place of what stands there. */
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
    throw diskFault(path, error);
  }
  await syncFolder(dirname(path));
}

/** Puts a folder's names on the disk; not every platform and file system lets a folder be flushed. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // The file itself is whole; at worst, its name is lost with the power.
  }
}
