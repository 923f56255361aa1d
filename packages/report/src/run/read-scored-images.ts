import { join } from "node:path";
import { MetadataError } from "@covidxr/core";
import { type CohortRow, patientKey } from "@covidxr/dataset";
import { readTable, requireColumn, type Table, type TableRow } from "@covidxr/dataset/internal";
import type { ScoredImage } from "./run-data.js";
import { numberCell, wrongCell } from "./table-cells.js";

/** A scored image with the other cells of its line. */
export interface ScoredLine {
  readonly image: ScoredImage;
  cell(column: string): string;
  /** A cell that holds a whole number of 0 or more. */
  count(column: string): number;
}

/**
 * Reads a table of predictions: filename, label, probability, and what tells its parts apart. Each line is joined
 * with its row of the cohort, by `path` where the table has that column, else by file name.
 *
 * @param columns Further columns that must be there.
 * @param threshold A probability above it is positive.
 * @throws {FileError} `"missing"`, `"unreadable"` or `"corrupt"`.
 * @throws {MetadataError} on a missing column, a label other than 0 and 1, a probability outside [0, 1], or an
 *   image that the cohort does not know.
 */
export async function readScoredImages(
  folder: string,
  name: string,
  columns: readonly string[],
  cohort: readonly CohortRow[],
  threshold: number,
): Promise<ScoredLine[]> {
  const table = await readTable(join(folder, name));
  const at = (column: string) => ({ column, position: requireColumn(table, column) });
  const [filename, label, probability] = [at("filename"), at("label"), at("probability")];
  const others = new Map(columns.map((column) => [column, at(column).position]));
  const path = table.columns.get("path");
  const rowOf = new Map<string, CohortRow>();
  for (const row of cohort) {
    const key = path === undefined ? row.filename : row.path;
    // A file that stands in several rows has one patient and one finding.
    if (!rowOf.has(key) || row.status === "used") rowOf.set(key, row);
  }
  return table.rows.map((line) => {
    const row =
      rowOf.get(line.values[path ?? filename.position]!) ?? unknownImage(table, line, filename.position);
    const own = line.values[label.position]!;
    if (own !== "0" && own !== "1") throw wrongCell(table, line, "label", `0 or 1, got "${own}"`);
    const score = numberCell(table, line, probability);
    if (!(score >= 0 && score <= 1)) {
      throw wrongCell(
        table,
        line,
        "probability",
        `a number from 0 to 1, got "${line.values[probability.position]}"`,
      );
    }
    return {
      image: {
        filename: row.filename,
        path: row.path,
        patient: patientKey(row),
        label: own === "1" ? 1 : 0,
        finding: row.finding,
        source: row.source,
        probability: score,
        predicted: score > threshold ? 1 : 0,
      },
      cell: (column) => line.values[others.get(column)!]!,
      count(column) {
        const value = numberCell(table, line, at(column));
        if (Number.isSafeInteger(value) && value >= 0) return value;
        throw wrongCell(table, line, column, `a whole number of 0 or more, got "${this.cell(column)}"`);
      },
    };
  });
}

function unknownImage(table: Table, row: TableRow, position: number): never {
  throw new MetadataError({
    path: table.path,
    line: row.line,
    reason: "invalid-value",
    column: "filename",
    message: `expected an image of cohort.csv, got "${row.values[position]}"; both files must come from one run`,
  });
}
