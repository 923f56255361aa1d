import { statfs } from "node:fs/promises";
import { FileError } from "@covidxr/core";
import { formatBytes } from "./format-bytes.js";

/**
 * Refuses a download that the disk has no room for. Where the file system does not tell its free space, it is let be.
 *
 * @throws {FileError} `"unwritable"`.
 */
export async function checkFreeSpace(folder: string, bytes: number): Promise<void> {
  const disk = await statfs(folder).catch(() => undefined);
  // Some network and overlay file systems say 0 of 0.
  if (!disk || disk.blocks === 0) return;
  const free = disk.bavail * disk.bsize;
  if (free >= bytes) return;
  throw new FileError({
    path: folder,
    reason: "unwritable",
    message:
      `no space left on the disk: ${formatBytes(bytes)} are still to come and ${formatBytes(free)} are free; ` +
      `free ${formatBytes(bytes - free)} or choose another disk`,
  });
}
