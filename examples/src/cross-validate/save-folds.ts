import { writeFileAtomic } from "@covidxr/core/files";
import type { CohortRow } from "@covidxr/dataset";
import type { PreparedImages } from "@covidxr/image";
import type { CrossValidation } from "@covidxr/training";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { stringify } from "csv-stringify/sync";
import type { CrossValidateOptions, FoldsBy } from "../run/options/cross-validate-options.js";
import type { Run } from "../run/run.js";
import { versions } from "../run/versions.js";
import { describeModel } from "../study/describe-model.js";
import type { OpenStudy } from "../study/open-study.js";

/** Everything that a finished cross-validation leaves in its folder besides the folds. */
export interface FoldResults {
  readonly run: Run;
  readonly study: OpenStudy;
  readonly options: CrossValidateOptions;
  /** The images, in the order of the folds' rows. */
  readonly rows: readonly CohortRow[];
  readonly results: ReadonlyMap<FoldsBy, CrossValidation>;
  readonly engine: string;
  /** One of the models that were trained; they differ by their weights alone. */
  readonly model: LayersModel;
  readonly prepared: PreparedImages;
}

/** Writes figures, out-of-fold predictions, and last the finished `run.json`. */
export async function saveFolds({
  run,
  study,
  options,
  rows,
  results,
  engine,
  model,
  prepared,
}: FoldResults): Promise<void> {
  // NaN becomes null: an undefined figure has no value, and `undefinedCount` says how many there were.
  await run.writeJson("cross-validation.json", {
    synthetic: study.synthetic,
    folds: options.folds,
    threshold: options.threshold,
    by: Object.fromEntries(
      [...results].map(([by, { folds, repeats, summary }]) => [
        by,
        {
          summary,
          repeats: repeats.map(({ seed, summary: own }) => ({ seed, summary: own })),
          folds: folds.map(({ outputs: _, rows: held, ...record }) => ({ ...record, images: held.length })),
        },
      ]),
    ),
  });
  const lines = [...results].flatMap(([by, { folds }]) =>
    folds.flatMap(({ seed, fold, rows: held, outputs }) =>
      held.map((row, i) => ({
        filename: rows[row]!.filename,
        label: rows[row]!.label,
        by,
        seed,
        fold: fold + 1,
        probability: outputs[i],
        predicted: outputs[i]! > options.threshold ? 1 : 0,
        path: rows[row]!.path,
      })),
    ),
  );
  await writeFileAtomic(
    run.file("out-of-fold.csv"),
    stringify(lines, {
      header: true,
      columns: ["filename", "label", "by", "seed", "fold", "probability", "predicted", "path"],
    }),
  );
  await run.record({
    status: "finished",
    synthetic: study.synthetic,
    digests: study.digests,
    engine,
    model: describeModel(model),
    decoder: prepared.decoder,
    heldOut: "folds",
    // Early stopping watches images held out of a fold's training ones; without it none are watched.
    ...(options.earlyStopping !== undefined && { validation: "train" }),
    versions: await versions(),
    seconds: run.seconds(),
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  });
}
