import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { FileError, InvalidArgumentError } from "@covidxr/core";
import { checkArguments, checkOptions } from "@covidxr/core/internal";
import { readError, readFolder, readForeignTable } from "../files.js";
import type { Table } from "../table.js";
import type { TableFormat } from "../tables/foreign-table.js";
import type { Collection } from "./collection.js";
import { readCovidChestXray } from "./read-covid-chest-xray.js";
import { isCovidxList, readCovidx } from "./read-covidx.js";
import { IMAGE_TABLE, type ImageTableOptions, readImageTable } from "./read-image-table.js";
import { RSNA_TABLES, readRsnaPneumonia, readVinDrCxr, VINDR_TABLES } from "./read-label-tables.js";
import { NIH_TABLES, readNihChestXray } from "./read-nih-chest-xray.js";
import { hasColumns, type KnownTable } from "./read-placed-table.js";

type Reader = (path: string, options: { readonly signal?: AbortSignal }) => Promise<Collection>;

/** Collections whose tables are known by their columns. */
const KNOWN: readonly (readonly [tables: readonly KnownTable[], read: Reader])[] = [
  [NIH_TABLES, readNihChestXray],
  [VINDR_TABLES, readVinDrCxr],
  [RSNA_TABLES, readRsnaPneumonia],
];

/**
 * Reads images that a table lists, whichever it is: covid-chestxray-dataset, NIH ChestX-ray14, RSNA's challenge, VinDr-CXR or
 * lists of COVIDx, each known by its columns, else a table of any kind ({@link readImageTable}). `source` of the result says which.
 *
 * @param path The table, or the folder of one of these collections.
 * @param options For tables of any kind; where `columns` are named, the table is one.
 * @throws {FileError} `"missing"` when a folder has none of these tables, `"different"` when those of two collections;
 * as the collection's reader.
 * @throws {InvalidArgumentError} on an option for a table of any kind, where the table is of a published collection.
 * @throws {MetadataError} as the collection's reader.
 * @throws {InterruptedError} when `signal` fires.
 */
export async function readListedImages(path: string, options: ImageTableOptions = {}): Promise<Collection> {
  checkArguments({ path }, { path: "string" });
  checkOptions(options, IMAGE_TABLE);
  const { signal, columns } = options;
  const info = await stat(path).catch((cause) => Promise.reject(readError(path, "a folder or table", cause)));
  const read = info.isDirectory()
    ? await readerOfFolder(path)
    : columns === undefined
      ? await readerOf(path, options)
      : undefined;
  if (read === undefined) return readImageTable(path, options);
  const [unused] =
    Object.entries(options).find(([name, value]) => name !== "signal" && value !== undefined) ?? [];
  if (unused === undefined) return read(path, signal === undefined ? {} : { signal });
  throw new InvalidArgumentError({
    parameter: unused,
    value: options[unused as keyof ImageTableOptions],
    message:
      `expected no ${unused} for a published collection, whose reader knows it; leave it out, or give the table with columns ` +
      "to read it as any other",
  });
}

/** What reads a folder, by the tables in it. */
async function readerOfFolder(folder: string): Promise<Reader> {
  const found = new Map<Reader, string>();
  for (const entry of await readFolder(folder)) {
    if (entry.isDirectory() || !/\.(csv|tsv|txt)$/i.test(entry.name)) continue;
    const read = await readerOf(join(folder, entry.name)).catch(() => undefined);
    if (read !== undefined) found.set(read, entry.name);
  }
  const [read] = found.keys();
  if (read !== undefined && found.size === 1) return read;
  throw new FileError({
    path: resolve(folder),
    reason: read === undefined ? "missing" : "different",
    message:
      read === undefined
        ? "expected a table of a collection that is known by its columns, found none; give the table itself"
        : `expected tables of one collection, found ${[...found.values()].join(" and ")}; give the one meant`,
  });
}

/** What reads a table of a known collection; undefined for others. */
async function readerOf(
  path: string,
  { encoding, delimiter }: TableFormat = {},
): Promise<Reader | undefined> {
  if (await isCovidxList(path)) return readCovidx;
  const format = {
    ...(encoding !== undefined && { encoding }),
    ...(delimiter !== undefined && { delimiter }),
  };
  const table = await readForeignTable(path, format);
  if (
    basename(path).toLowerCase() === "metadata.csv" &&
    hasColumns(table, ["patientid", "finding", "filename"])
  )
    return readClone;
  return KNOWN.find(([tables]) => tables.some((known) => isTable(table, known)))?.[1];
}

const readClone: Reader = (path, options) =>
  readCovidChestXray(basename(path).toLowerCase() === "metadata.csv" ? dirname(path) : path, options);

/** Whether a table has a known one's columns. RSNA's names images as patients, so it has no column of paths. */
function isTable(table: Table, { columns }: KnownTable): boolean {
  const isPatients = columns.path === columns.patientId;
  const paths = ["path", "image", "file", "filename"];
  return (
    hasColumns(table, Object.values(columns)) &&
    !(isPatients && paths.some((name) => table.columns.has(name)))
  );
}
