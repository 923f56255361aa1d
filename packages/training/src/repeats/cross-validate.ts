import { createRng, InvalidArgumentError } from "@covidxr/core";
import { checkLengths, type LabelledFeatures } from "../loop/labelled-features.js";
import type { StepProgress } from "../loop/train-options.js";
import { completedFolds } from "./completed-folds.js";
import { requireSameFigures, type Score, summarizeFigures, toJsonNumbers } from "./figures.js";
import type { FoldPlace, FoldRecord } from "./fold-record.js";
import { gatherRows } from "./gather-rows.js";
import { holdOutGroups, type ValidationShare } from "./hold-out-groups.js";
import { type Fold, listFolds, type Repeat } from "./list-folds.js";
import { refuseLeakingFolds, type SidedFold } from "./refuse-leaking-folds.js";
import { createModelRunner, type RunTrainOptions, type SharedRunOptions } from "./run-model.js";
import type { Summary } from "./summarize.js";

/** A fold about to be trained. */
export interface FoldTask extends FoldPlace {
  /** Class of each image that is learnt from, for weights of classes. */
  readonly trainingLabels: readonly number[];
}

/** How far a cross-validation is. */
export interface FoldProgress extends StepProgress, FoldPlace {
  /** Finished folds of all repeats, those handed in included. */
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
   * seed, groups }) }))`. The folds decide what is measured: folds that part the images of a patient measure
   * recognising the patient too.
   */
  readonly repeats: readonly Repeat[];
  /**
   * How a fold trains. Called once for each fold, so that optimisers start anew and weights of classes come from
   * the fold's own training images.
   */
  readonly train: (task: FoldTask) => RunTrainOptions;
  readonly score: Score;
  /** What is watched while a fold trains: a part of its training images, never held-out ones. @defaultValue none */
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
  /** Out-of-fold outputs `[N, units]`: of each image by the model that has not learnt from it. */
  readonly outputs: Float32Array;
  /** Of each figure over the folds of this repeat. */
  readonly summary: Readonly<Record<string, Summary>>;
}

/** What a cross-validation gives. */
export interface CrossValidation {
  /** By repeat, then by fold. */
  readonly folds: readonly FoldRecord[];
  readonly repeats: readonly RepeatResult[];
  /** Of each figure over all folds of all repeats. */
  readonly summary: Readonly<Record<string, Summary>>;
}

/**
 * Trains and judges a model for each fold: on the other folds' images, then on its own, which it has not seen.
 * Features are those of all images, computed once; folds share an engine, and no weights. All folds of a repeat
 * have its seed, hence the same starting weights. The same call gives the same records bit for bit but for times,
 * also when it goes on from `completed`.
 *
 * @throws {InvalidArgumentError} on folds, records or features that do not fit, an optimiser or model that is used
 * twice, figures that differ in name between folds, and as {@link train}.
 * @throws {LeakageError} before any fold trains, unless `leakage` is `"allow"`: on folds of a repeat that know each other,
 * and on watched images that know those learnt from. Images know each other that share a file, a picture or a patient where
 * they have origins, or features bit for bit.
 * @throws {DivergenceError} when a fold runs away.
 * @throws {InterruptedError} when `signal` fires; folds reported to `onFold` stay valid for `completed`.
 *
 * @example
 * ```ts
 * import "@tensorflow/tfjs-backend-cpu";
 * import { stratifiedGroupKFold } from "@covidxr/dataset";
 * import { auc, rocCurve } from "@covidxr/metrics";
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
 *   score: (truth, outputs) => ({ auc: auc(rocCurve(truth, outputs)) }),
 * });
 * console.log(summary.auc?.mean, summary.auc?.count); // 1 2
 * ```
 */
export async function crossValidate(options: CrossValidateOptions): Promise<CrossValidation> {
  const { images, repeats, score } = options;
  checkLengths("images", images);
  const folds = listFolds(images.labels.length, repeats).map((fold) => ({
    ...fold,
    ...sidesOf(fold, options),
  }));
  refuseLeakingFolds(images, folds, options.leakage);
  const known = completedFolds(folds, options.completed ?? []);
  let foldsDone = known.filter((record) => record !== undefined).length;
  const records: FoldRecord[] = [];
  const runner = createModelRunner(options);

  const runFold = async ({
    repeat,
    fold,
    seed,
    held,
    training,
    validation,
  }: SidedFold): Promise<FoldRecord> => {
    const place = { repeat, fold, seed };
    const { outputs, lastEpoch, ...run } = await runner.run({
      seed,
      training: gatherRows(images, training),
      validation: validation.length === 0 ? undefined : gatherRows(images, validation),
      sets: { images: gatherRows(images, held) },
      train: options.train({ ...place, trainingLabels: training.map((row) => images.labels[row]!) }),
      onStep: (progress) =>
        options.onProgress?.({ ...progress, ...place, foldsDone, foldsTotal: folds.length }),
    });
    return {
      ...place,
      trainingImages: training.length,
      validationImages: validation.length,
      rows: held,
      outputs: [...outputs.images!],
      figures: figuresOf(images, held, outputs.images!, score),
      lastEpoch: toJsonNumbers(lastEpoch),
      ...run,
    };
  };

  try {
    for (const [index, fold] of folds.entries()) {
      const old = known[index];
      if (old === undefined) {
        const record = await runFold(fold);
        foldsDone++;
        records.push(record);
        await options.onFold?.(record);
      } else {
        // From the outputs, so that a change of `score` cannot mix two kinds of figures.
        const figures = figuresOf(images, fold.held, Float32Array.from(old.outputs), score);
        records.push({ ...old, figures });
      }
      requireAlike(records[0]!, records.at(-1)!);
    }
  } finally {
    await runner.dispose();
  }
  return {
    folds: records,
    repeats: repeats.map(({ seed }, repeat) => {
      const own = records.filter((record) => record.repeat === repeat);
      return {
        seed,
        outputs: joinOutputs(own, images.labels.length),
        summary: summarizeFigures(own.map(({ figures }) => figures)),
      };
    }),
    summary: summarizeFigures(records.map(({ figures }) => figures)),
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

function figuresOf(
  { labels }: LabelledFeatures,
  rows: readonly number[],
  outputs: Float32Array,
  score: Score,
): FoldRecord["figures"] {
  return toJsonNumbers(
    score(
      rows.map((row) => labels[row]!),
      outputs,
    ),
  );
}

/** Looks after each fold, since the next may take an hour. */
function requireAlike(first: FoldRecord, { repeat, fold, outputs, rows, figures }: FoldRecord): void {
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
  requireSameFigures(first.figures, figures);
}

/** Outputs of all folds of a repeat, in the order of the images. */
function joinOutputs(folds: readonly FoldRecord[], images: number): Float32Array {
  const units = folds[0]!.outputs.length / folds[0]!.rows.length;
  const joined = new Float32Array(images * units);
  for (const { rows, outputs } of folds) {
    for (const [i, row] of rows.entries()) {
      joined.set(outputs.slice(i * units, (i + 1) * units), row * units);
    }
  }
  return joined;
}
