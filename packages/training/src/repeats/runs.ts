import { DivergenceError, InvalidArgumentError } from "@covidxr/core";
import { checkArguments, type OptionKinds, throwIfInterrupted } from "@covidxr/core/internal";
import type { LossName } from "@covidxr/onnx";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { TrainingEngine } from "../engine/engine.js";
import { tailInterface } from "../engine/engine-tail.js";
import { takeWeights } from "../engine/model-weights.js";
import { createOnnxEngine } from "../engine/onnx-engine.js";
import type { FeatureArray } from "../features/feature-array.js";
import { splitModel } from "../features/feature-extractor.js";
import { checkLabelledFeatures, type LabelledFeatures } from "../features/labelled-features.js";
import type { LeakagePolicy } from "../features/leakage.js";
import { checkTrainOptions } from "../loop/check-train-options.js";
import { outputsInBatches } from "../loop/evaluate.js";
import { lossOf } from "../loop/head.js";
import { train } from "../loop/train.js";
import { type EpochRecord, type StepProgress, TRAIN, type TrainOptions } from "../loop/train-options.js";
import { type JsonNumbers, toJsonNumbers } from "./scores.js";

/** How one run trains; what it trains on, its seed and its engine are given elsewhere. */
export type RunTrainOptions = Omit<
  TrainOptions,
  | "training"
  | "validation"
  | "leakage"
  | "seed"
  | "loss"
  | "engine"
  | "signal"
  | "clock"
  | "checkpoint"
  | "onResume"
>;

const RUN: OptionKinds<RunTrainOptions> = {
  epochs: TRAIN.epochs,
  batchSize: TRAIN.batchSize,
  optimizer: TRAIN.optimizer,
  schedule: TRAIN.schedule,
  classWeights: TRAIN.classWeights,
  clip: TRAIN.clip,
  earlyStopping: TRAIN.earlyStopping,
  onStep: TRAIN.onStep,
  onEpoch: TRAIN.onEpoch,
};

/** What all runs of a comparison share. */
export interface SharedRunOptions {
  /**
   * Makes the model of a run, with the starting weights of its seed; called once a run, and the model is disposed of
   * after it. All models need one architecture and one frozen prefix: that with which the features were extracted.
   */
  readonly model: (seed: number) => LayersModel | Promise<LayersModel>;
  /** Must fit the head of the models. @defaultValue the one that fits */
  readonly loss?: LossName;
  /**
   * Whether validation and test images related to training images, and test images related to validation images, are
   * refused before the first run: images of one file, image or patient where both have origins, and features that are
   * equal bit for bit in any case. @defaultValue "refuse"
   */
  readonly leakage?: LeakagePolicy;
  /** Computes all runs; the caller disposes of it. @defaultValue onnxruntime, compiled once for this call */
  readonly engine?: TrainingEngine;
  readonly signal?: AbortSignal;
  /** Milliseconds since any fixed moment. @defaultValue performance.now */
  readonly clock?: () => number;
}

/** How {@link SharedRunOptions} are written. */
export const SHARED: OptionKinds<SharedRunOptions> = {
  model: "function",
  loss: ["binaryCrossentropy", "categoricalCrossentropy", undefined],
  leakage: ["refuse", "allow", undefined],
  engine: "object?",
  signal: "object?",
  clock: "function?",
};

/** How a run ended. Plain data that survives JSON: what is not a number there is `null`. */
export interface RunEnd {
  /** Epoch whose weights were tested: the last, or the best when early stopping restored it. */
  readonly epoch: number;
  readonly stoppedEarly: boolean;
  /** Last line of the training history. */
  readonly lastEpoch: JsonNumbers<EpochRecord>;
  /** Wall time from making the model to the last output. */
  readonly seconds: number;
}

/** One run: train a new model, then compute its outputs. */
interface ModelRun {
  readonly seed: number;
  readonly training: LabelledFeatures;
  readonly validation?: LabelledFeatures | undefined;
  /** Images by name whose outputs are wanted. */
  readonly sets: Readonly<Record<string, LabelledFeatures>>;
  readonly train: RunTrainOptions;
  readonly onStep: (progress: StepProgress) => void;
}

/** Outputs by name of the set, `[N, units]`. */
type Outputs = Readonly<Record<string, Float32Array>>;

/** What {@link runAll} does for each task. */
interface RunSteps<Task, Outcome> {
  /** The record of a task that an earlier call has finished. */
  readonly known: (task: Task) => Outcome | undefined;
  /** @param done Tasks that have a record. */
  readonly prepare: (task: Task, done: number) => ModelRun;
  readonly record: (task: Task, outputs: Outputs, end: RunEnd) => Outcome;
  /** Computes a known record's metrics anew, so that a change of `score` cannot mix two kinds of metrics. */
  readonly rescore: (task: Task, known: Outcome) => Outcome;
  /** Compares a record with the first one as soon as it is there, since the next may take an hour. */
  readonly compare: (first: Outcome, other: Outcome) => void;
  readonly onRecord: ((outcome: Outcome) => void | Promise<void>) | undefined;
}

/**
 * Runs tasks one after the other on one engine, but for those that have a record: the loop under `crossValidate` and
 * `repeatSeeds`. The engine holds no weights, so one serves all runs; it is compiled at the first run, as it needs a
 * model.
 */
export async function runAll<Task, Outcome>(
  options: SharedRunOptions,
  tasks: readonly Task[],
  { known, prepare, record, rescore, compare, onRecord }: RunSteps<Task, Outcome>,
): Promise<Outcome[]> {
  const { clock = () => performance.now() } = options;
  const models = new WeakSet<LayersModel>();
  let engine = options.engine;
  let done = tasks.filter((task) => known(task) !== undefined).length;

  const run = async (task: Task): Promise<Outcome> => {
    throwIfInterrupted(options.signal, "training");
    const prepared = prepare(task, done);
    checkTrainOptions(prepared.train, RUN);
    const { optimizer } = prepared.train;
    if (optimizer.state().steps > 0) {
      throw new InvalidArgumentError({
        parameter: "optimizer",
        value: optimizer.description,
        message:
          "expected a new optimiser for each run, got one that remembers updates; create it inside `train`",
      });
    }
    const start = clock();
    const model = await options.model(prepared.seed);
    checkArguments({ model }, { model: "model" });
    if (models.has(model)) {
      throw new InvalidArgumentError({
        parameter: "model",
        value: model.name,
        message: "expected a new model for each run, got one twice; create it inside `model`",
      });
    }
    models.add(model);
    try {
      engine ??= await createOnnxEngine(model, {
        from: splitModel(model).tailFrom,
        loss: lossOf(model, options.loss),
      });
      const { outputs, ...end } = await trainAndTest(model, engine, prepared, { ...options, clock });
      return record(task, outputs, { ...end, seconds: (clock() - start) / 1000 });
    } finally {
      model.dispose();
    }
  };

  const outcomes: Outcome[] = [];
  try {
    for (const task of tasks) {
      const old = known(task);
      const outcome = old === undefined ? await run(task) : rescore(task, old);
      outcomes.push(outcome);
      if (old === undefined) {
        done++;
        await onRecord?.(outcome);
      }
      compare(outcomes[0]!, outcome);
    }
  } finally {
    if (options.engine === undefined) await engine?.dispose();
  }
  return outcomes;
}

async function trainAndTest(
  model: LayersModel,
  engine: TrainingEngine,
  { seed, training, validation, sets, train: trainOptions, onStep }: ModelRun,
  { loss, leakage, signal, clock }: SharedRunOptions,
) {
  const tail = tailInterface(model, engine);
  checkLabelledFeatures("training", training, tail);
  for (const [name, images] of Object.entries(sets)) checkLabelledFeatures(name, images, tail);
  let lastStep = 0;
  const { history, epoch, stoppedEarly } = await train(model, {
    ...trainOptions,
    training,
    ...(validation && { validation }),
    seed,
    ...(leakage && { leakage }),
    ...(loss && { loss }),
    engine,
    ...(clock && { clock }),
    ...(signal && { signal }),
    onStep: (progress) => {
      lastStep = progress.step;
      trainOptions.onStep?.(progress);
      onStep(progress);
    },
  });
  const lastEpoch = history.at(-1)!;
  const weights = takeWeights(model, engine.weights);
  const compute = (features: readonly FeatureArray[]) => engine.outputs(weights, features);
  const outputs: Record<string, Float32Array> = {};
  for (const [name, { values }] of Object.entries(sets)) {
    throwIfInterrupted(signal, "prediction");
    outputs[name] = await outputsInBatches(compute, values, engine.units);
    // The last step can diverge with no further loss to show it.
    if (outputs[name].every(Number.isFinite)) continue;
    throw new DivergenceError({ epoch: lastEpoch.epoch, step: lastStep, loss: Number.NaN });
  }
  return { lastEpoch: toJsonNumbers(lastEpoch), epoch, stoppedEarly, outputs };
}
