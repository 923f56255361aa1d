import type { Table, TableRow } from "../tables/parse-table.js";
import { invalidValue } from "./invalid-value.js";

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;

/**
 * Number in a cell; `null` when the cell is blank or the table does not have the column (position -1).
 *
 * @throws {MetadataError} `"invalid-value"` on anything else, such as `"45-50"`: nothing is guessed.
 */
export function parseNumber(table: Table, row: TableRow, position: number): number | null {
  const text = (row.values[position] ?? "").trim();
  if (text === "") return null;
  if (DECIMAL.test(text)) return Number(text);
  throw invalidValue(table, row, position, `a number or a blank cell, got "${text}"; correct or blank it`);
}
