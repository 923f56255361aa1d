import { posix } from "node:path";
import { MetadataError } from "@covidxr/core";
import { requireColumn, type Table, type TableRow } from "../tables/parse-table.js";
import { readTable } from "../tables/read-table.js";
import { type CohortRow, SPLITS, STATUSES } from "./cohort-row.js";
import { pathInSource } from "./study-layout.js";
import { COHORT_COLUMNS } from "./write-cohort.js";

/**
 * Reads a cohort that {@link writeCohort} wrote. A file without the column `license`, as earlier versions wrote it, has
 * rows of unknown licence; `derivatives` follows from the licence and is not read.
 *
 * @returns The rows in file order, at least one.
 * @throws {FileError} `"missing"`, `"unreadable"` or `"corrupt"`.
 * @throws {MetadataError} `"missing-column"`, `"broken-row"`, `"empty"`, or `"invalid-value"` on a label, split or
 * status that is none, a blank file name or source, or a path that does not end in its file name.
 */
export async function readCohort(path: string): Promise<CohortRow[]> {
  const table = await readTable(path);
  const positions = COHORT_COLUMNS.map((column) => [column, requireColumn(table, column)] as const);
  const position = Object.fromEntries(positions) as Record<(typeof COHORT_COLUMNS)[number], number>;
  const pathPosition = table.columns.get("path");
  const licensePosition = table.columns.get("license");
  return table.rows.map((row): CohortRow => {
    const cell = (column: keyof typeof position): string => row.values[position[column]]!;
    for (const column of ["filename", "source"] as const) {
      if (cell(column) === "") throw invalidValue(table, row, column, "a value, got a blank cell");
    }
    const filename = cell("filename");
    const filePath =
      pathPosition === undefined ? pathInSource(cell("source"), filename) : row.values[pathPosition]!;
    if (posix.basename(filePath) !== filename) {
      throw invalidValue(table, row, "path", `a path to "${filename}", got "${filePath}"`);
    }
    return {
      path: filePath,
      filename,
      patientId: cell("patientId") || null,
      finding: cell("finding"),
      license: licensePosition === undefined ? null : row.values[licensePosition]! || null,
      source: cell("source"),
      label: oneOf(table, row, "label", cell("label"), ["0", "1"]) === "1" ? 1 : 0,
      split: cell("split") === "" ? null : oneOf(table, row, "split", cell("split"), SPLITS),
      status: oneOf(table, row, "status", cell("status"), STATUSES),
    };
  });
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
    throw invalidValue(table, row, column, `one of ${values.join(", ")}, got "${text}"`);
  return value;
}

function invalidValue(table: Table, row: TableRow, column: string, rest: string): MetadataError {
  return new MetadataError({
    path: table.path,
    line: row.line,
    reason: "invalid-value",
    column,
    message: `column "${column}": expected ${rest}; write the cohort again`,
  });
}
