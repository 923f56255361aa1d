import { InvalidArgumentError } from "@covidxr/core";
import { checkArguments, checkDate, checkOptions } from "@covidxr/core/internal";
import type { CohortRow } from "@covidxr/dataset";
import { startRun } from "./open-run.js";
import type { RunFacts } from "./run-record.js";
import { predictionsOf } from "./run-writer.js";
import type { HistoryRow } from "./tables.js";

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
  /** When the run was started. @defaultValue not recorded */
  readonly started?: Date;
  /** Split that nothing was fitted or chosen on. @defaultValue "test" */
  readonly heldOut?: string;
  /** Split that was watched while training. @defaultValue "validation" */
  readonly validation?: string;
  /** Whether the radiographs are synthetic: then no metric says anything about a disease. @defaultValue false */
  readonly synthetic?: boolean;
  /** Further settings of the run, all that changes its result. @defaultValue none */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Further fields of `run.json`, such as `model` and `engine`; see docs/run-folder.md. @defaultValue none */
  readonly record?: RunFacts & { readonly program?: string };
}

/**
 * Writes what a report needs of a run into a folder; {@link writeReport} makes the page from it. Each file is written
 * whole or not at all; the results of an earlier run in the folder are removed.
 *
 * @throws {InvalidArgumentError} (`probabilities`) on another number of them than of used rows, or one outside [0, 1];
 * (`cohort`) on a used row without a split; (`threshold`) outside [0, 1]; (`history`) without an epoch.
 * @throws {FileError} `"unwritable"`.
 *
 * @example
 * ```ts
 * import { cohortFromRecords, groupFindings, readClassFolders, splitCohort } from "@covidxr/dataset";
 * import { writeReport, writeRun } from "@covidxr/report";
 *
 * const images = await readClassFolders("images");
 * const rows = cohortFromRecords(groupFindings(images.records, { positive: ["covid"] }), images);
 * const cohort = splitCohort(rows, { seed: 0 });
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
  checkArguments({ folder }, { folder: "string" });
  checkOptions(
    run,
    {
      ...{ cohort: "objects", probabilities: "array", history: "objects", threshold: "number" },
      ...{ classes: "strings", seed: "number?", started: "object?", heldOut: "string?" },
      ...{ validation: "string?", synthetic: "boolean?", settings: "object?", record: "object?" },
    },
    "run",
  );
  const { threshold, seed = 0, started, heldOut = "test", validation = "validation" } = run;
  if (!(threshold >= 0 && threshold <= 1))
    refuse("threshold", threshold, `expected a probability from 0 to 1, got ${threshold}`);
  if (run.history.length === 0) refuse("history", 0, "expected at least one epoch, got none; train first");
  if (started !== undefined) checkDate("started", started);
  const used = run.cohort.filter(({ status }) => status === "used");
  predictionsOf(used, run.probabilities, threshold);
  const writer = await startRun(folder, {
    ...(started && { started: started.toISOString() }),
    settings: { ...run.settings, threshold, seed },
    synthetic: run.synthetic ?? false,
    classes: run.classes,
    ...{ heldOut, validation },
    ...run.record,
  });
  await writer.writePredictions(used, run.probabilities);
  await writer.writeCohort(run.cohort);
  await writer.writeHistory(run.history);
  await writer.finish();
}

function refuse(parameter: string, value: unknown, message: string): never {
  throw new InvalidArgumentError({ parameter, value, message });
}
