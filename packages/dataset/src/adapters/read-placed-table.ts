import { join, posix } from "node:path";
import { FileError } from "@covidxr/core";
import { type Collection, createTally } from "./collection.js";
import { listFiles } from "./list-files.js";
import { placeImages } from "./place-images.js";
import { type ImageTableColumns, type ImageTableOptions, readImageTable } from "./read-image-table.js";

/** A table of a published collection, and the columns that are used of it. */
interface KnownTable {
  readonly name: RegExp;
  readonly columns: ImageTableColumns;
}

interface PlacedTableOptions extends Omit<ImageTableOptions, "columns"> {
  readonly root: string;
  /** Tables that the folder may hold, the best one first. */
  readonly tables: readonly KnownTable[];
}

/**
 * Reads a folder with a table that names its images without their folders or extensions, and finds these by name.
 *
 * @returns The collection, and all files of the folder.
 * @throws {FileError} `"missing"` without such a table, `"different"` with several of one kind; as {@link readImageTable}.
 */
export async function readPlacedTable({ tables, ...options }: PlacedTableOptions): Promise<{
  readonly collection: Collection;
  readonly files: readonly string[];
}> {
  const { root, signal } = options;
  const files = await listFiles(root, { tally: createTally(), signal });
  const found = tables
    .map(({ name, columns }) => ({ columns, paths: files.filter((file) => name.test(posix.basename(file))) }))
    .find(({ paths }) => paths.length > 0);
  if (found === undefined) {
    const names = tables.map(({ name }) => name.source.replaceAll(/[\\^$]/g, ""));
    throw new FileError({
      path: root,
      reason: "missing",
      message: `expected a table ${names.join(" or ")}, found none; give the folder that holds it`,
    });
  }
  if (found.paths.length > 1) {
    throw new FileError({
      path: root,
      reason: "different",
      message: `expected one table, found ${found.paths.join(", ")}; remove all but one`,
    });
  }
  const read = await readImageTable(join(root, found.paths[0]!), { ...options, columns: found.columns });
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
