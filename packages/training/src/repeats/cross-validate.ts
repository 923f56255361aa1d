import { createRng, InvalidArgumentError } from "@covidxr/core";
import { checkOptions } from "@covidxr/core/internal";
import type { Summary } from "@covidxr/metrics/internal";
import { checkLengths, type LabelledFeatures } from "../features/labelled-features.js";
import { refuseDeadFeatures } from "../features/leakage.js";
import { asScores, type Scores } from "../loop/evaluate.js";
import type { StepProgress } from "../loop/train-options.js";
import {
  completedFolds,
  type Fold,
  type FoldPlace,
  type FoldRecord,
  gatherRows,
  holdOutGroups,
  listFolds,
  type Repeat,
  refuseLeakingFolds,
  type SidedFold,
  type ValidationShare,
} from "./folds.js";
import { type RunTrainOptions, runAll, SHARED, type SharedRunOptions } from "./runs.js";
import { metricsBy, requireSameMetrics, type Score, summarizeMetrics } from "./scores.js";

/** A fold about to be trained. */
export interface FoldTask extends FoldPlace {
  /** Class of each training image, for class weights. */
  readonly trainingLabels: readonly number[];
}

/** Progress of a cross-validation. */
export interface FoldProgress extends StepProgress, FoldPlace {
  /** Finished folds of all repeats, `completed` ones included. */
  readonly foldsDone: number;
  /** Folds of all repeats. */
  readonly foldsTotal: number;
}

/** Options of {@link crossValidate}. */
export interface CrossValidateOptions extends SharedRunOptions {
  /** All images; each is held out once a repeat. */
  readonly images: LabelledFeatures;
  /**
   * Passes over the images, such as `seeds.map((seed) => ({ seed, folds: stratifiedGroupKFold(labels, { folds: 5,
   * seed, groups }) }))`. The folds decide what is measured: folds that separate the images of a patient also
   * measure recognition of the patient.
   */
  readonly repeats: readonly Repeat[];
  /**
   * How a fold trains. Called once for each fold, so that optimisers start fresh and class weights come from
   * the fold's own training images.
   */
  readonly train: (task: FoldTask) => RunTrainOptions;
  readonly score: Score;
  /** Validation set of each fold: a part of its training images, never held-out ones. @defaultValue none */
  readonly validation?: ValidationShare;
  /** Awaited before the next fold, so that the record can be written safely. Not called for `completed` ones. */
  readonly onFold?: (record: FoldRecord) => void | Promise<void>;
  /** Called after every step. */
  readonly onProgress?: (progress: FoldProgress) => void;
  /**
   * Records of folds that an earlier call with the same options has finished, in any order, also read back from
   * JSON. They are checked against the folds and seeds; that training options were the same is up to the caller.
   * @defaultValue none
   */
  readonly completed?: readonly FoldRecord[];
}

/** One repeat of a cross-validation. */
export interface RepeatResult {
  readonly seed: number;
  /** Out-of-fold outputs: of each image by the model that was not trained on it. */
  readonly outputs: Scores;
  /** Of each metric over the folds of this repeat. */
  readonly summary: Readonly<Record<string, Summary>>;
}

/** Result of a cross-validation. */
export interface CrossValidation {
  /** By repeat, then by fold. */
  readonly folds: readonly FoldRecord[];
  readonly repeats: readonly RepeatResult[];
  /** Of each metric over all folds of all repeats. */
  readonly summary: Readonly<Record<string, Summary>>;
}

/**
 * Trains a model for each fold on the other folds' images, and tests it on its own, which it has not seen.
 * Features are those of all images, computed once; folds share an engine, and no weights. All folds of a repeat
 * have its seed, hence the same starting weights. The same call gives the same records bit for bit but for times,
 * also when it resumes from `completed`.
 *
 * @throws {InvalidArgumentError} on folds, records or features that do not fit, an optimiser or model that is used
 * twice, metrics that differ in name between folds, and as {@link train}.
 * @throws {LeakageError} before any fold trains, unless `leakage` is `"allow"`: on related folds of a repeat,
 * and on validation images related to training images. Images are related that share a file, an image or a patient where
 * they have origins, or features bit for bit.
 * @throws {DivergenceError} when a fold diverges.
 * @throws {InterruptedError} when `signal` fires; folds reported to `onFold` stay valid for `completed`.
 *
 * @example
 * ```ts
 * import "@tensorflow/tfjs-backend-cpu";
 * import { stratifiedGroupKFold } from "@covidxr/dataset";
 * import { auc } from "@covidxr/metrics";
 * import { crossValidate, sgd } from "@covidxr/training";
 * import { layers, sequential } from "@tensorflow/tfjs-layers";
 *
 * const labels = [0, 1, 0, 1, 0, 1, 0, 1];
 * const values = labels.map((label, i) => new Float32Array(8).fill(label + i / 100));
 * const { summary } = await crossValidate({
 *   images: { values, labels },
 *   repeats: [{ seed: 0, folds: stratifiedGroupKFold(labels, { folds: 2, seed: 0 }) }],
 *   model: () => {
 *     const model = sequential();
 *     model.add(
 *       layers.conv2d({ inputShape: [32, 32, 3], filters: 8, kernelSize: 3, name: "frozen", trainable: false }),
 *     );
 *     model.add(layers.globalAveragePooling2d({ name: "pool" }));
 *     model.add(layers.dense({ units: 1, activation: "sigmoid", name: "output" }));
 *     return model;
 *   },
 *   train: () => ({ optimizer: sgd({ learningRate: 0.5, momentum: 0.9 }), epochs: 30 }),
 *   score: (truth, scores) => ({ auc: auc(truth, scores) }),
 * });
 * console.log(summary.auc?.mean, summary.auc?.count); // 1 2
 * ```
 */
export async function crossValidate(options: CrossValidateOptions): Promise<CrossValidation> {
  checkOptions(options, {
    ...SHARED,
    images: "object",
    repeats: "objects",
    train: "function",
    score: "function",
    validation: "object?",
    onFold: "function?",
    onProgress: "function?",
    completed: "objects?",
  });
  const { images, repeats, score } = options;
  checkLengths("images", images);
  refuseDeadFeatures("images", images);
  const folds = listFolds(images.labels.length, repeats).map((fold) => ({
    ...fold,
    ...sidesOf(fold, options),
  }));
  refuseLeakingFolds(images, folds, options.leakage);
  const known = completedFolds(folds, options.completed ?? []);
  const records = await runAll<SidedFold, FoldRecord>(options, folds, {
    known: (fold) => known.get(fold),
    prepare({ repeat, fold, seed, held, training, validation }, foldsDone) {
      const place = { repeat, fold, seed };
      return {
        seed,
        training: gatherRows(images, training),
        validation: validation.length === 0 ? undefined : gatherRows(images, validation),
        sets: { images: gatherRows(images, held) },
        train: options.train({ ...place, trainingLabels: training.map((row) => images.labels[row]!) }),
        onStep: (progress) =>
          options.onProgress?.({ ...progress, ...place, foldsDone, foldsTotal: folds.length }),
      };
    },
    record: ({ repeat, fold, seed, held, training, validation }, outputs, end) => ({
      ...{ repeat, fold, seed },
      trainingImages: training.length,
      validationImages: validation.length,
      rows: held,
      outputs: [...outputs.images!],
      metrics: metricsOf(images, held, outputs.images!, score),
      ...end,
    }),
    rescore: (fold, old) => ({
      ...old,
      metrics: metricsOf(images, fold.held, Float32Array.from(old.outputs), score),
    }),
    compare: requireAlike,
    onRecord: options.onFold,
  });
  return {
    folds: records,
    repeats: repeats.map(({ seed }, repeat) => {
      const own = records.filter((record) => record.repeat === repeat);
      return {
        seed,
        outputs: joinOutputs(own, images.labels.length),
        summary: summarizeMetrics(own.map(({ metrics }) => metrics)),
      };
    }),
    summary: summarizeMetrics(records.map(({ metrics }) => metrics)),
  };
}

function sidesOf(
  { seed, repeat, fold, rest }: Fold,
  { images, validation }: CrossValidateOptions,
): Pick<SidedFold, "training" | "validation"> {
  if (validation === undefined) return { training: rest, validation: [] };
  const rng = createRng(seed, { purpose: "validation", epoch: repeat, index: fold });
  return holdOutGroups(rest, images.labels, validation, rng);
}

function metricsOf(
  { labels }: LabelledFeatures,
  rows: readonly number[],
  outputs: Float32Array,
  score: Score,
): FoldRecord["metrics"] {
  const truth = rows.map((row) => labels[row]!);
  return metricsBy(score, truth, asScores(outputs, outputs.length / rows.length));
}

function requireAlike(first: FoldRecord, { repeat, fold, outputs, rows, metrics }: FoldRecord): void {
  const units = first.outputs.length / first.rows.length;
  if (outputs.length !== rows.length * units) {
    throw new InvalidArgumentError({
      parameter: "completed",
      value: { repeat, fold },
      message:
        `expected one number of outputs for an image, got ${units} in the first fold and ` +
        `${outputs.length / rows.length} in fold ${fold} of repeat ${repeat}; leave out records of another model`,
    });
  }
  requireSameMetrics(first.metrics, metrics);
}

/** Outputs of all folds of a repeat, in the order of the images. */
function joinOutputs(folds: readonly FoldRecord[], images: number): Scores {
  const units = folds[0]!.outputs.length / folds[0]!.rows.length;
  const joined = new Float32Array(images * units);
  for (const { rows, outputs } of folds) {
    for (const [i, row] of rows.entries()) {
      joined.set(outputs.slice(i * units, (i + 1) * units), row * units);
    }
  }
  return asScores(joined, units);
}
