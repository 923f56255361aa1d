import { writeFileAtomic } from "@covidxr/core/files";
import { checkArguments, checkOptions, groupBy } from "@covidxr/core/internal";
import { stringify } from "csv-stringify/sync";
import type { Collection } from "../adapters/collection.js";
import { readTable } from "../files.js";
import { baseName, joinPath } from "../paths.js";
import { type ImageFacts, UNKNOWN_FACTS } from "../records/facts.js";
import { NUMBER_COLUMNS } from "../records/parse-metadata.js";
import type { MetadataRecord } from "../records/record.js";
import { pathInSource } from "../study/constants.js";
import {
  invalidValue,
  normalizeHeader,
  parseNumber,
  requireColumn,
  type Table,
  type TableRow,
} from "../table.js";
import { type CohortRow, STATUSES } from "./cohort-row.js";
import { derivativesUnder } from "./licences.js";

/** Columns that every cohort file has, in their order. */
const COHORT_COLUMNS = [
  "filename",
  "patientId",
  "finding",
  "source",
  "label",
  "split",
  "status",
] as const satisfies readonly (keyof CohortRow)[];

/** Columns of facts, each written where a row states one; the age range of a source is not of a row. */
const FACT_COLUMNS = (Object.keys(UNKNOWN_FACTS) as (keyof ImageFacts)[]).filter(
  (field) => field !== "ageRange",
);

/** Facts that are numbers. */
const NUMBER_FACTS: ReadonlySet<string> = new Set(Object.keys(NUMBER_COLUMNS));

/** Status of a line that accounts for a row of a collection's table; it is no row of the cohort. */
const LEFT_OUT = "left-out";

/**
 * Writes a cohort as CSV, whole or not at all: one line for each row, used or not, with the columns
 * `filename,patientId,finding,source,label,split,status,license,derivatives`; `null` is a blank cell. `derivatives`
 * is what {@link derivativesUnder} says of the licence. A last column `path` is added when a path does not follow
 * from source and file name, as it does for the study's two sources; and one for each fact that
 * a row states, such as `view`, `sex` and `age`.
 *
 * @param options.collections Where the rows come from. Each row of their tables that is not in the cohort gets a line with the
 * status `left-out` and two more columns, `line` (of the table) and `reason`. So all rows of a table are accounted for.
 * @defaultValue none
 * @throws {FileError} `"unwritable"`.
 *
 * @example
 * ```ts
 * import { cohortFromRecords, groupFindings, readClassFolders, readCohort, writeCohort } from "@covidxr/dataset";
 *
 * const images = await readClassFolders("images");
 * await writeCohort("cohort.csv", cohortFromRecords(groupFindings(images.records, { positive: ["covid"] }), images));
 * const [first] = await readCohort("cohort.csv");
 * console.log(first?.path, first?.label, first?.status); // covid/c0-0.png 1 used
 * ```
 */
export async function writeCohort(
  path: string,
  rows: readonly CohortRow[],
  options: { readonly collections?: readonly Collection[] } = {},
): Promise<void> {
  checkArguments({ path, rows }, { path: "string", rows: "objects" });
  checkOptions(options, { collections: "objects?" });
  const leftOut = (options.collections ?? []).flatMap((collection) => accountOf(collection, rows));
  const derivable = rows.every((row) => pathInSource(row.source, row.filename) === row.path);
  const stated = FACT_COLUMNS.filter((field) => rows.some(({ facts }) => (facts?.[field] ?? null) !== null));
  const lines = rows.map((row) => [
    ...COHORT_COLUMNS.map((column) => row[column] ?? ""),
    row.license ?? "",
    derivativesUnder(row.license),
    ...(derivable ? [] : [row.path]),
    ...stated.map((field) => row.facts?.[field] ?? ""),
  ]);
  const columns = [...COHORT_COLUMNS, "license", "derivatives", ...(derivable ? [] : ["path"]), ...stated];
  if (leftOut.length === 0) return writeFileAtomic(path, stringify([columns, ...lines]));
  const account = leftOut.map((line) => [...columns, ...ACCOUNT].map((column) => line[column] ?? ""));
  const table = [[...columns, ...ACCOUNT], ...lines.map((line) => [...line, ...ACCOUNT.map(() => "")])];
  await writeFileAtomic(path, stringify([...table, ...account]));
}

/** Columns of lines that account for rows of a table. */
const ACCOUNT = ["line", "reason"];

/** A line for each row of a collection's table that is not in the cohort, in the order of the table. */
function accountOf(
  { source, records, table }: Collection,
  rows: readonly CohortRow[],
): Readonly<Record<string, string | number | null>>[] {
  if (table === undefined) return [];
  // A row's path may have a folder in front that the collection does not know: longer paths look first.
  const own = rows.filter((row) => row.source === source);
  const waiting = groupBy(
    own.flatMap((row) => innerPaths(row.path).map((path) => ({ row, key: keyOf(path, row.patientId) }))),
    ({ key }) => key,
  );
  const taken = new Set<CohortRow>();
  const inCohort = new Set<MetadataRecord>();
  const byLength = [...records].sort((a, b) => pathOf(b).length - pathOf(a).length || a.line - b.line);
  for (const record of byLength) {
    const free = waiting.get(keyOf(pathOf(record), record.patientId))?.find(({ row }) => !taken.has(row));
    if (free === undefined) continue;
    taken.add(free.row);
    inCohort.add(record);
  }
  const unused = records
    .filter((record) => !inCohort.has(record))
    .map(({ filename, patientId, finding, line }) => ({
      ...{ filename, patientId, finding, line },
      reason: "not taken into the cohort",
    }));
  const unread = table.leftOut.map(({ line, reason, name }) => ({ filename: name, line, reason }));
  return [...unused, ...unread]
    .sort((a, b) => a.line - b.line)
    .map((row) => ({ ...row, source, status: LEFT_OUT }));
}

function pathOf({ folder, filename }: MetadataRecord): string {
  return joinPath(folder, filename);
}

/** A path, and what is left of it without its first folders. */
function innerPaths(path: string): string[] {
  const parts = path.split("/");
  return parts.map((_, start) => parts.slice(start).join("/"));
}

function keyOf(path: string, patientId: string | null): string {
  return JSON.stringify([path, patientId]);
}

/**
 * Reads a cohort that {@link writeCohort} wrote. A file without the column `license`, as earlier versions wrote it, has
 * rows of unknown licence; `derivatives` follows from the licence and is not read, nor are lines of the status `left-out`.
 *
 * @returns The rows in file order, at least one.
 * @throws {FileError} `"missing"`, `"unreadable"` or `"corrupt"`.
 * @throws {MetadataError} `"missing-column"`, `"broken-row"`, `"empty"`, or `"invalid-value"` on an unknown label
 * or status, a blank file name or source, or a path that does not end in its file name.
 */
export async function readCohort(path: string): Promise<CohortRow[]> {
  checkArguments({ path }, { path: "string" });
  const table = await readTable(path);
  const positions = COHORT_COLUMNS.map((column) => [column, requireColumn(table, column)] as const);
  const position = Object.fromEntries(positions) as Record<(typeof COHORT_COLUMNS)[number], number>;
  const pathPosition = table.columns.get("path");
  const licensePosition = table.columns.get("license");
  const rows = table.rows.filter(({ values }) => values[position.status] !== LEFT_OUT);
  return rows.map((row): CohortRow => {
    const cell = (column: keyof typeof position): string => row.values[position[column]]!;
    for (const column of ["filename", "source"] as const) {
      if (cell(column) === "")
        throw invalidValue(table, row, column, "a value, got a blank cell; write the cohort again");
    }
    const filename = cell("filename");
    const filePath =
      pathPosition === undefined ? pathInSource(cell("source"), filename) : row.values[pathPosition]!;
    if (baseName(filePath) !== filename) {
      throw invalidValue(
        table,
        row,
        "path",
        `a path to "${filename}", got "${filePath}"; write the cohort again`,
      );
    }
    return {
      path: filePath,
      filename,
      patientId: cell("patientId") || null,
      finding: cell("finding"),
      license: licensePosition === undefined ? null : row.values[licensePosition]! || null,
      source: cell("source"),
      label: oneOf(table, row, "label", cell("label"), ["0", "1"]) === "1" ? 1 : 0,
      split: cell("split") || null,
      status: oneOf(table, row, "status", cell("status"), STATUSES),
      ...factsOf(table, row),
    };
  });
}

function factsOf(table: Table, row: TableRow): Pick<CohortRow, "facts"> {
  const known = FACT_COLUMNS.flatMap((field) => {
    const position = table.columns.get(normalizeHeader(field)) ?? -1;
    const value = NUMBER_FACTS.has(field) ? parseNumber(table, row, position) : row.values[position] || null;
    return value === null ? [] : [[field, value]];
  });
  return known.length === 0 ? {} : { facts: { ...UNKNOWN_FACTS, ...Object.fromEntries(known) } };
}

function oneOf<const Value extends string>(
  table: Table,
  row: TableRow,
  column: string,
  text: string,
  values: readonly Value[],
): Value {
  const value = values.find((candidate) => candidate === text);
  if (value === undefined)
    throw invalidValue(
      table,
      row,
      column,
      `one of ${values.join(", ")}, got "${text}"; write the cohort again`,
    );
  return value;
}
