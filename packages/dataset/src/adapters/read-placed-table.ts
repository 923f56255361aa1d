import { stat } from "node:fs/promises";
import { basename, dirname, join, posix, resolve } from "node:path";
import { FileError } from "@covidxr/core";
import { readError, readForeignTable } from "../files.js";
import { normalizeHeader, type Table } from "../table.js";
import { type Collection, createTally } from "./collection.js";
import { listFiles } from "./list-files.js";
import { placeImages } from "./place-images.js";
import { type ImageTableColumns, type ImageTableOptions, readImageTable } from "./read-image-table.js";

/** A table of a published collection, and the columns that are used of it. */
export interface KnownTable {
  readonly name: RegExp;
  readonly columns: ImageTableColumns;
}

interface PlacedTableOptions extends Omit<ImageTableOptions, "columns" | "root"> {
  /** Folder that holds the table, or the table. */
  readonly path: string;
  readonly source: string;
  /** Tables that the folder may hold, the best one first; a table that is given is the first whose columns it has. */
  readonly tables: readonly KnownTable[];
}

/**
 * Reads a folder with a table that names its images without their folders or extensions, and finds these by name.
 *
 * @returns The collection, and all files of the folder.
 * @throws {FileError} `"missing"` without such a table, `"different"` with several of one kind; as {@link readImageTable}.
 */
export async function readPlacedTable({ path, tables, ...options }: PlacedTableOptions): Promise<{
  readonly collection: Collection;
  readonly files: readonly string[];
}> {
  const info = await stat(path).catch((cause) => Promise.reject(readError(path, "a folder or table", cause)));
  const root = resolve(info.isDirectory() ? path : dirname(path));
  const files = await listFiles(root, { tally: createTally(), signal: options.signal });
  const { csv, columns } = info.isDirectory()
    ? findTable(root, files, tables)
    : { csv: basename(path), columns: await columnsOf(path, tables) };
  const read = await readImageTable(join(root, csv), { ...options, root, columns });
  const [leftOut, remarks] = [createTally(), createTally()];
  const records = placeImages(read.records, files, { leftOut, remarks });
  const collection = {
    ...read,
    records,
    leftOut: [...read.leftOut, ...leftOut.list()],
    remarks: [...(read.remarks ?? []), ...remarks.list()],
  };
  return { collection, files };
}

function findTable(root: string, files: readonly string[], tables: readonly KnownTable[]) {
  const refuse = (reason: "missing" | "different", message: string): never => {
    throw new FileError({ path: root, reason, message });
  };
  for (const { name, columns } of tables) {
    const [csv, ...rivals] = files.filter((file) => name.test(posix.basename(file)));
    if (csv === undefined) continue;
    if (rivals.length === 0) return { csv, columns };
    refuse(
      "different",
      `expected one table, found ${[csv, ...rivals].join(", ")}; remove all but one, or give it`,
    );
  }
  const names = tables.map(({ name }) => name.source.replaceAll(/[\\^$]/g, ""));
  return refuse(
    "missing",
    `expected a table ${names.join(" or ")}, found none; give the table, or its folder`,
  );
}

async function columnsOf(path: string, tables: readonly KnownTable[]): Promise<ImageTableColumns> {
  const table = await readForeignTable(path);
  return (tables.find(({ columns }) => hasColumns(table, Object.values(columns))) ?? tables[0]!).columns;
}

/** Whether a table has all of the columns. */
export function hasColumns(table: Table, columns: readonly string[]): boolean {
  return columns.every((column) => table.columns.has(normalizeHeader(column)));
}
