import { MetadataError } from "@covidxr/core";
import type { Table, TableRow } from "../tables/parse-table.js";

/** Error for a cell that is not what its column holds; `rest` goes on behind "expected". */
export function invalidValue(table: Table, row: TableRow, position: number, rest: string): MetadataError {
  const column = table.header[position]!.trim();
  return new MetadataError({
    path: table.path,
    line: row.line,
    reason: "invalid-value",
    column,
    message: `column "${column}": expected ${rest}`,
  });
}
