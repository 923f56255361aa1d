import { join } from "node:path";
import { writeFileAtomic } from "@covidxr/core/files";
import { stringify } from "csv-stringify/sync";
import type { HistoryRow } from "./run-data.js";

/** An epoch, with the seconds that it took where they are known. */
export interface TimedHistoryRow extends HistoryRow {
  readonly seconds?: number;
}

/**
 * Writes `history.csv`: `epoch,loss,accuracy,val_loss,val_accuracy,seconds`; a figure that was not taken (NaN) is a blank
 * cell. Call it after each epoch, so that a run that dies says how far it came.
 *
 * @throws {FileError} `"unwritable"`.
 */
export async function writeHistory(folder: string, history: readonly TimedHistoryRow[]): Promise<void> {
  const cell = (figure: number): number | string => (Number.isNaN(figure) ? "" : figure);
  const lines = history.map((row) => [
    row.epoch,
    cell(row.loss),
    cell(row.accuracy),
    cell(row.validationLoss),
    cell(row.validationAccuracy),
    row.seconds?.toFixed(3) ?? "",
  ]);
  const columns = ["epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds"];
  await writeFileAtomic(join(folder, "history.csv"), stringify(lines, { header: true, columns }));
}
