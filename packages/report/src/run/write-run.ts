import { join } from "node:path";
import { InvalidArgumentError } from "@covidxr/core";
import { writeFileAtomic } from "@covidxr/core/files";
import { type CohortRow, writeCohort } from "@covidxr/dataset";
import type { HistoryRow } from "./run-data.js";
import { writeHistory } from "./write-history.js";
import { writePredictions } from "./write-predictions.js";

/** A finished run that held images out, as {@link writeRun} takes it. */
export interface FinishedRun {
  /** All rows, used or not; each used one has a split. */
  readonly cohort: readonly CohortRow[];
  /** Probability of class 1 for each used row, in the order of the cohort; from 0 to 1. */
  readonly probabilities: ArrayLike<number>;
  /** Epochs in their order; `train` of `@covidxr/training` gives them. */
  readonly history: readonly HistoryRow[];
  /** A probability above it is positive; from 0 to 1. */
  readonly threshold: number;
  /** Names of class 0 and class 1. */
  readonly classes: readonly [negative: string, positive: string];
  /** Of the run; it also decides the bootstrap's draws. Safe integer, 0 or more. @defaultValue 0 */
  readonly seed?: number;
  /** When the run was started. @defaultValue not told */
  readonly started?: Date;
  /** Split that nothing was fitted or chosen on. @defaultValue "predict" */
  readonly heldOut?: string;
  /** Split that was watched while training. @defaultValue "test" */
  readonly validation?: string;
  /** Whether the radiographs were drawn: then no figure says anything about a disease. @defaultValue false */
  readonly synthetic?: boolean;
  /** Further fields of `run.json`, such as `model`, `engine`, `options`; see docs/run-folder.md. @defaultValue none */
  readonly record?: Readonly<Record<string, unknown>>;
}

/**
 * Writes what a report needs of a run into a folder, `run.json` last: from here {@link writeReport} makes the page. Each
 * file is written whole or not at all; files of an earlier run are written over, others stay.
 *
 * @throws {InvalidArgumentError} (`probabilities`) on another number of them than of used rows, or one outside [0, 1];
 * (`cohort`) on a used row without a split; (`threshold`) outside [0, 1]; (`history`) without an epoch.
 * @throws {FileError} `"unwritable"`.
 *
 * @example
 * ```ts
 * import { cohortFromRecords, groupFindings, readClassFolders, splitCohort } from "@covidxr/dataset";
 * import { STUDY_SPLIT } from "@covidxr/dataset/study";
 * import { writeReport, writeRun } from "@covidxr/report";
 *
 * const images = await readClassFolders("images");
 * const cohort = splitCohort(cohortFromRecords(groupFindings(images.records, { positive: ["covid"] }), images), STUDY_SPLIT);
 * await writeRun("run", {
 *   cohort,
 *   probabilities: cohort.map(({ label }) => (label === 1 ? 0.8 : 0.3)), // of any model
 *   history: [{ epoch: 1, loss: 0.7, accuracy: 0.6, validationLoss: 0.7, validationAccuracy: 0.5 }],
 *   threshold: 0.5,
 *   classes: ["normal", "covid"],
 * });
 * const { files } = await writeReport("run");
 * console.log(files[0]); // run/report.html
 * ```
 */
export async function writeRun(folder: string, run: FinishedRun): Promise<void> {
  const { cohort, probabilities, threshold, seed = 0, started } = run;
  if (!(threshold >= 0 && threshold <= 1)) {
    refuse("threshold", threshold, `expected a probability from 0 to 1, got ${threshold}`);
  }
  if (run.history.length === 0) refuse("history", 0, "expected at least one epoch, got none; train first");
  const used = cohort.filter(({ status }) => status === "used");
  if (probabilities.length !== used.length) {
    const counts = `${used.length}, one for each used row, got ${probabilities.length}`;
    refuse("probabilities", probabilities.length, `expected ${counts}; give them in the cohort's order`);
  }
  const predictions = used.map((row, i) => {
    const probability = probabilities[i]!;
    if (row.split === null)
      refuse("cohort", row.path, `expected a split for ${row.path}, got none; split first`);
    if (!(probability >= 0 && probability <= 1)) {
      refuse("probabilities", probability, `expected 0 to 1, got ${probability} for ${row.path}`);
    }
    const { filename, split, label, path } = row;
    return { filename, split: split!, label, probability, predicted: probability > threshold ? 1 : 0, path };
  });
  await writeCohort(join(folder, "cohort.csv"), cohort);
  await writeHistory(folder, run.history);
  await writePredictions(folder, predictions);
  const { options, ...record } = run.record ?? {};
  const facts = {
    notice: "For research. Not a diagnostic device.",
    status: "finished",
    ...(started && { started: started.toISOString() }),
    options: { ...(options as object | undefined), threshold, seed },
    synthetic: run.synthetic ?? false,
    classes: run.classes,
    heldOut: run.heldOut ?? "predict",
    validation: run.validation ?? "test",
    ...record,
  };
  await writeFileAtomic(join(folder, "run.json"), `${JSON.stringify(facts, undefined, 2)}\n`);
}

function refuse(parameter: string, value: unknown, message: string): never {
  throw new InvalidArgumentError({ parameter, value, message });
}
