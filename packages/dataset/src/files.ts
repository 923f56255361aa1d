import { mkdir, readdir, readFile } from "node:fs/promises";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { FileError } from "@covidxr/core";
import { diskError } from "@covidxr/core/files-internal";
import { compareCodePoints, parseTable, type Table } from "./table.js";
import { type ForeignTable, parseForeignTable, type TableFormat } from "./tables/foreign-table.js";

/** Error for a path that could not be read. @param expected Such as `"a file"` or `"a folder of images"`. */
export function readError(path: string, expected: string, cause: unknown): FileError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const isFolder = expected.startsWith("a folder");
  if (code === "ENOTDIR" && isFolder) {
    const found = `expected ${expected}, found a file; check the path`;
    return new FileError({ path, reason: "not-a-directory", message: found, cause });
  }
  if (code === "ENOENT" || code === "ENOTDIR") {
    const found = `expected ${expected}, found nothing; check the path`;
    return new FileError({ path, reason: "missing", message: found, cause });
  }
  const failed = `cannot be read (${message}); check that it is ${expected} that you may read`;
  return new FileError({ path, reason: "unreadable", message: failed, cause });
}

/**
 * Reads a whole file.
 *
 * @throws {FileError} `"missing"` when `path` does not exist, `"unreadable"` when it is a folder or access is denied.
 */
export async function readBytes(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause) => Promise.reject(readError(path, "a file", cause)));
}

/** Reads a table that somebody wrote; see {@link parseForeignTable}. @throws {FileError} `"missing"` or `"unreadable"`, too. */
export async function readForeignTable(path: string, format: TableFormat = {}): Promise<ForeignTable> {
  return parseForeignTable(await readBytes(path), path, format);
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

/**
 * Entries of a folder, by code points of their names.
 *
 * @throws {FileError} `"missing"`, `"not-a-directory"` or `"unreadable"`.
 */
export async function readFolder(folder: string, expected = "a folder") {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => compareCodePoints(a.name, b.name));
  } catch (cause) {
    throw readError(folder, expected, cause);
  }
}

/** Creates a folder where it is missing. @throws {FileError} `"unwritable"`. */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((cause) => Promise.reject(diskError(path, cause)));
}

/**
 * Default name of the dataset at `path`: its path from the working directory, or the whole path where it lies elsewhere, so that
 * two folders never share one.
 */
export function sourceOfFolder(path: string): string {
  const here = relative(process.cwd(), resolve(path));
  const isInside = here !== "" && !isAbsolute(here) && here.split(sep)[0] !== "..";
  return (isInside ? here : resolve(path)).split(sep).join("/");
}
