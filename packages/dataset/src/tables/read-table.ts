import { readFile } from "node:fs/promises";
import { FileError } from "@covidxr/core";
import { parseTable, type Table } from "./table.js";

/**
 * Reads a whole file.
 *
 * @throws {FileError} `"missing"` when `path` does not exist, `"unreadable"` when it is a folder or access is denied.
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

/**
 * Reads a CSV table (RFC 4180, UTF-8) whose rows all have as many fields as its header.
 *
 * @throws {FileError} `"missing"`, `"unreadable"` or `"corrupt"`.
 * @throws {MetadataError} `"empty"`, `"broken-row"` or `"duplicate-key"`.
 */
export async function readTable(path: string): Promise<Table> {
  return parseTable(await readBytes(path), path);
}
