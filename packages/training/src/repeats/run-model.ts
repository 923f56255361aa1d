import { DivergenceError, InvalidArgumentError } from "@covidxr/core";
import { throwIfInterrupted } from "@covidxr/core/internal";
import type { LossName } from "@covidxr/onnx";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { TrainingEngine } from "../engine/engine.js";
import { takeWeights } from "../engine/model-weights.js";
import { createOnnxEngine } from "../engine/onnx-engine.js";
import { outputsInBatches } from "../evaluation/outputs-in-batches.js";
import type { FeatureArray } from "../features/feature-array.js";
import { splitModel } from "../features/split-model.js";
import type { LeakagePolicy } from "../leakage/refuse-leakage.js";
import { checkLabelledFeatures, type LabelledFeatures } from "../loop/labelled-features.js";
import { train } from "../loop/train.js";
import type { EpochRecord, StepProgress, TrainOptions } from "../loop/train-options.js";

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

/** What all runs of a comparison share. */
export interface SharedRunOptions {
  /**
   * Makes the model of a run, with the starting weights of its seed; called once a run, and the model is disposed of
   * after it. All models need one architecture and one frozen prefix: that with which the features were extracted.
   */
  readonly model: (seed: number) => LayersModel | Promise<LayersModel>;
  /** @defaultValue "binaryCrossentropy" */
  readonly loss?: LossName;
  /**
   * Whether watched or judged images that know training images, and judged ones that know watched ones, are refused before
   * the first run: images of one file, picture or patient where both have origins, and features that are equal bit for bit
   * in any case. @defaultValue "refuse"
   */
  readonly leakage?: LeakagePolicy;
  /** Computes all runs; the caller disposes of it. @defaultValue onnxruntime, compiled once for this call */
  readonly engine?: TrainingEngine;
  readonly signal?: AbortSignal;
  /** Milliseconds since any fixed moment. @defaultValue performance.now */
  readonly clock?: () => number;
}

/** One run: train a new model, then let it judge images. */
export interface ModelRun {
  readonly seed: number;
  readonly training: LabelledFeatures;
  readonly validation?: LabelledFeatures | undefined;
  /** Images by name whose outputs are wanted. */
  readonly sets: Readonly<Record<string, LabelledFeatures>>;
  readonly train: RunTrainOptions;
  readonly onStep: (progress: StepProgress) => void;
}

/** How a run ended. */
export interface RunEnd {
  /** Epoch whose weights were judged: the last, or the best when early stopping restored it. */
  readonly epoch: number;
  readonly stoppedEarly: boolean;
}

/** What a run gives. */
export interface ModelRunResult extends RunEnd {
  readonly lastEpoch: EpochRecord;
  /** `[N, units]` by name of the set. */
  readonly outputs: Readonly<Record<string, Float32Array>>;
  /** Wall time from making the model to the last output. */
  readonly seconds: number;
}

/** Runs models one after the other on one engine. */
export interface ModelRunner {
  run(task: ModelRun): Promise<ModelRunResult>;
  /** Closes the engine, unless the caller brought it. */
  dispose(): Promise<void>;
}

/** The engine holds no weights, so one serves all runs; it is compiled at the first run, as it needs a model. */
export function createModelRunner(options: SharedRunOptions): ModelRunner {
  const { loss = "binaryCrossentropy", signal, clock = () => performance.now() } = options;
  const models = new WeakSet<LayersModel>();
  let shared = options.engine;

  const run = async (task: ModelRun, model: LayersModel, start: number): Promise<ModelRunResult> => {
    shared ??= await createOnnxEngine(model, { from: splitModel(model).tailFrom, loss });
    const engine = shared;
    const { featureShape, units } = engine;
    for (const [name, images] of Object.entries(task.sets)) {
      checkLabelledFeatures(name, images, featureShape, units);
    }
    const { training, validation, seed } = task;
    let lastStep = 0;
    const { history, epoch, stoppedEarly } = await train(model, {
      ...task.train,
      training,
      ...(validation && { validation }),
      seed,
      ...(options.leakage && { leakage: options.leakage }),
      ...(options.loss && { loss: options.loss }),
      engine,
      clock,
      ...(signal && { signal }),
      onStep: (progress) => {
        lastStep = progress.step;
        task.train.onStep?.(progress);
        task.onStep(progress);
      },
    });
    const lastEpoch = history.at(-1)!;
    const weights = takeWeights(model, engine.weights);
    const judge = (features: readonly FeatureArray[]) => engine.outputs(weights, features);
    const outputs: Record<string, Float32Array> = {};
    for (const [name, { values }] of Object.entries(task.sets)) {
      throwIfInterrupted(signal, "prediction");
      outputs[name] = await outputsInBatches(judge, values, units);
      // The last step can run away with no further loss to tell of it.
      if (outputs[name].every(Number.isFinite)) continue;
      throw new DivergenceError({ epoch: lastEpoch.epoch, step: lastStep, loss: Number.NaN });
    }
    return { lastEpoch, epoch, stoppedEarly, outputs, seconds: (clock() - start) / 1000 };
  };

  return {
    async run(task) {
      throwIfInterrupted(signal, "training");
      const { optimizer } = task.train;
      if (optimizer.state().steps > 0) {
        throw invalid(
          "optimizer",
          optimizer.description,
          "expected a new optimiser for each run, got one that remembers updates; create it inside `train`",
        );
      }
      const start = clock();
      const model = await options.model(task.seed);
      if (models.has(model)) {
        throw invalid(
          "model",
          model.name,
          "expected a new model for each run, got one twice; create it inside `model`",
        );
      }
      models.add(model);
      try {
        return await run(task, model, start);
      } finally {
        model.dispose();
      }
    },
    async dispose() {
      if (options.engine === undefined) await shared?.dispose();
    },
  };
}

function invalid(parameter: string, value: unknown, message: string): InvalidArgumentError {
  return new InvalidArgumentError({ parameter, value, message });
}
