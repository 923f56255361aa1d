import { MetadataError } from "@covidxr/core";
import type { Table, TableRow } from "@covidxr/dataset/internal";

/** A column and its place in a row. */
export interface Column {
  readonly column: string;
  readonly position: number;
}

/** The number in a cell; NaN where it is blank. */
export function numberCell(table: Table, row: TableRow, { column, position }: Column): number {
  const text = row.values[position]!.trim();
  if (text === "" || text === "NaN") return Number.NaN;
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  throw wrongCell(table, row, column, `a number, got "${text}"`);
}

/** An error that names a cell and what it should hold. */
export function wrongCell(table: Table, row: TableRow, column: string, rest: string): MetadataError {
  return new MetadataError({
    path: table.path,
    line: row.line,
    reason: "invalid-value",
    column,
    message: `column "${column}": expected ${rest}`,
  });
}
