import { join } from "node:path";
import { readTable, requireColumn } from "@covidxr/dataset/internal";
import type { HistoryRow } from "./run-data.js";
import { numberCell } from "./table-cells.js";

/**
 * Reads `history.csv`: epoch, loss, accuracy, val_loss, val_accuracy; a blank cell is a figure that was not taken.
 *
 * @throws {FileError} `"missing"`, `"unreadable"` or `"corrupt"`.
 * @throws {MetadataError} on a missing column or a cell that is no number.
 */
export async function readHistory(folder: string): Promise<HistoryRow[]> {
  const table = await readTable(join(folder, "history.csv"));
  const [epoch, loss, accuracy, validationLoss, validationAccuracy] = [
    "epoch",
    "loss",
    "accuracy",
    "val_loss",
    "val_accuracy",
  ].map((column) => ({ column, position: requireColumn(table, column) }));
  return table.rows.map((row) => ({
    epoch: numberCell(table, row, epoch!),
    loss: numberCell(table, row, loss!),
    accuracy: numberCell(table, row, accuracy!),
    validationLoss: numberCell(table, row, validationLoss!),
    validationAccuracy: numberCell(table, row, validationAccuracy!),
  }));
}
