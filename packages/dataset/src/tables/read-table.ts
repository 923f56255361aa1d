import { parseTable, type Table } from "./parse-table.js";
import { readBytes } from "./read-bytes.js";

/**
 * Reads a CSV table (RFC 4180, UTF-8) whose rows all have as many fields as its header.
 *
 * @throws {FileError} `"missing"`, `"unreadable"` or `"corrupt"`.
 * @throws {MetadataError} `"empty"`, `"broken-row"` or `"duplicate-key"`.
 */
export async function readTable(path: string): Promise<Table> {
  return parseTable(await readBytes(path), path);
}
