import { join } from "node:path";
import { writeFileAtomic } from "@covidxr/core/files";
import { stringify } from "csv-stringify/sync";

/** One image's outcome, a line of `predictions.csv`. */
export interface PredictionRow {
  readonly filename: string;
  readonly split: string;
  readonly label: number;
  /** Of class 1. */
  readonly probability: number;
  /** 1 when the probability is above the run's threshold, else 0. */
  readonly predicted: number;
  /** Relative to the study, as the cohort's rows have it. */
  readonly path: string;
}

/**
 * Writes `predictions.csv`: `filename,split,label,probability,predicted,path`, a line for each image.
 *
 * @throws {FileError} `"unwritable"`.
 */
export async function writePredictions(folder: string, predictions: readonly PredictionRow[]): Promise<void> {
  const columns = ["filename", "split", "label", "probability", "predicted", "path"];
  const content = stringify([...predictions], { header: true, columns });
  await writeFileAtomic(join(folder, "predictions.csv"), content);
}
