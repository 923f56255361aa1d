import { readFile } from "node:fs/promises";
import { FileError } from "@covidxr/core";

/**
 * Reads a whole file.
 *
 * @throws {FileError} `"missing"` when nothing stands at `path`, `"unreadable"` when it is a folder or not allowed.
 */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new FileError({
        path,
        reason: "missing",
        message: "expected a file, found none; check the path",
        cause,
      });
    }
    throw new FileError({
      path,
      reason: "unreadable",
      message: `cannot be read (${(cause as Error).message}); check that it is a file you may read`,
      cause,
    });
  }
}
