import { createRng, DivergenceError, throwIfInterrupted } from "@covidxr/core";
import type { DropoutMask, LossName, TensorData } from "@covidxr/onnx";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { TrainingEngine, Weights } from "../engine/engine.js";
import { putWeights, takeWeights } from "../engine/model-weights.js";
import { createOnnxEngine } from "../engine/onnx-engine.js";
import { outputsInBatches, scoreOutputs } from "../evaluation/evaluate.js";
import { countCorrect } from "../evaluation/score-outputs.js";
import type { FeatureArray } from "../features/feature-array.js";
import { splitModel } from "../features/split-model.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { requireRange } from "../optimizers/require-range.js";
import { checkLabelledFeatures, gatherLabels, type LabelledFeatures } from "./labelled-features.js";

/** One line of a training history. */
export interface EpochRecord {
  /** 1-based. */
  readonly epoch: number;
  /** Mean over the epoch's images of the loss that was minimised, with dropout and changing weights (as Keras). */
  readonly loss: number;
  /** Share of training images named right at 0.5, of the same outputs. */
  readonly accuracy: number;
  /** Mean loss on the validation images at the end of the epoch, without dropout; NaN without validation. */
  readonly validationLoss: number;
  /** Accuracy on the validation images; NaN without validation. */
  readonly validationAccuracy: number;
  /** Wall time of the epoch with its validation. */
  readonly seconds: number;
}

/** How far a training run is within an epoch. */
export interface StepProgress {
  /** 1-based. */
  readonly epoch: number;
  readonly epochs: number;
  /** Finished steps of this epoch. */
  readonly step: number;
  readonly steps: number;
  /** Mean loss of this epoch so far. */
  readonly loss: number;
}

/** Options of {@link train}. */
export interface TrainOptions {
  readonly training: LabelledFeatures;
  /** Looked at after each epoch, never learnt from. @defaultValue none */
  readonly validation?: LabelledFeatures;
  readonly epochs: number;
  /** Images a step; the last step of an epoch takes what is left. @defaultValue 64 */
  readonly batchSize?: number;
  readonly optimizer: Optimizer;
  /** @defaultValue "binaryCrossentropy" */
  readonly loss?: LossName;
  /** Decides the order of images and the dropout masks. Safe integer, 0 or more. */
  readonly seed: number;
  /** Computes the steps; the caller disposes of it. @defaultValue onnxruntime for this call */
  readonly engine?: TrainingEngine;
  readonly onStep?: (progress: StepProgress) => void;
  /** Awaited before the next epoch, so that a history can be written safely. */
  readonly onEpoch?: (record: EpochRecord) => void | Promise<void>;
  readonly signal?: AbortSignal;
  /** Milliseconds since any fixed moment. @defaultValue performance.now */
  readonly clock?: () => number;
}

/** What a training run leaves besides the weights in the model. */
export interface TrainingResult {
  readonly history: readonly EpochRecord[];
  /** What computed the steps. */
  readonly engine: string;
}

/**
 * Trains the tail of `model` (everything behind its frozen prefix) on extracted features and writes the weights
 * back into the model at the end. The order of images and every dropout mask come from (seed, epoch, step), so the
 * same call gives the same weights bit for bit.
 *
 * @throws {InvalidArgumentError} on a model without prefix or tail, features or labels that do not fit, and
 * settings out of range.
 * @throws {DivergenceError} when the loss is no longer finite; the model keeps its weights from before the call.
 * @throws {InterruptedError} when `signal` fires, likewise; epochs reported to `onEpoch` stay reported.
 */
export async function train(model: LayersModel, options: TrainOptions): Promise<TrainingResult> {
  const { epochs, batchSize = 64, loss = "binaryCrossentropy" } = options;
  requireRange("epochs", epochs, 1, Number.MAX_SAFE_INTEGER);
  requireRange("batchSize", batchSize, 1, Number.MAX_SAFE_INTEGER);
  const engine =
    options.engine ?? (await createOnnxEngine(model, { from: splitModel(model).tailFrom, loss }));
  try {
    const { training, validation } = options;
    checkLabelledFeatures("training", training, engine.featureShape, engine.units);
    if (validation) checkLabelledFeatures("validation", validation, engine.featureShape, engine.units);
    const weights = takeWeights(model, engine.weights);
    const history: EpochRecord[] = [];
    const clock = options.clock ?? (() => performance.now());
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const start = clock();
      const trained = await trainEpoch(engine, weights, { ...options, batchSize, epoch });
      const validated = validation && (await validate(engine, weights, validation));
      const record: EpochRecord = {
        epoch,
        ...trained,
        validationLoss: validated?.loss ?? Number.NaN,
        validationAccuracy: validated?.accuracy ?? Number.NaN,
        seconds: (clock() - start) / 1000,
      };
      history.push(record);
      await options.onEpoch?.(record);
    }
    putWeights(model, weights);
    return { history, engine: engine.description };
  } finally {
    if (options.engine === undefined) await engine.dispose();
  }
}

interface EpochOptions extends TrainOptions {
  readonly batchSize: number;
  readonly epoch: number;
}

async function trainEpoch(
  engine: TrainingEngine,
  weights: Weights,
  { training, optimizer, seed, batchSize, epoch, epochs, onStep, signal }: EpochOptions,
): Promise<{ loss: number; accuracy: number }> {
  const { values, labels } = training;
  const order = createRng(seed, { purpose: "shuffle", epoch }).permutation(values.length);
  const steps = Math.ceil(values.length / batchSize);
  let lossSum = 0;
  let correct = 0;
  let seen = 0;
  for (let step = 0; step < steps; step++) {
    throwIfInterrupted(signal, "training");
    const rows = order.subarray(step * batchSize, (step + 1) * batchSize);
    const result = await engine.gradients(weights, {
      features: Array.from(rows, (row) => values[row]!),
      labels: gatherLabels(labels, rows, engine.units),
      masks: drawMasks(engine.masks, rows.length, seed, epoch, step),
    });
    if (!Number.isFinite(result.loss))
      throw new DivergenceError({ epoch, step: step + 1, loss: result.loss });
    optimizer.update(weights, result.gradients);
    lossSum += result.loss * rows.length;
    correct += countCorrect(
      result.outputs,
      Array.from(rows, (row) => labels[row]!),
      engine.units,
    );
    seen += rows.length;
    onStep?.({ epoch, epochs, step: step + 1, steps, loss: lossSum / seen });
  }
  return { loss: lossSum / seen, accuracy: correct / seen };
}

async function validate(engine: TrainingEngine, weights: Weights, { values, labels }: LabelledFeatures) {
  const run = (features: readonly FeatureArray[]) => engine.outputs(weights, features);
  return scoreOutputs(await outputsInBatches(run, values, engine.units), labels);
}

/** Inverted dropout masks for one step: 0 for dropped units, 1/(1-rate) for kept ones. */
function drawMasks(
  masks: readonly DropoutMask[],
  rows: number,
  seed: number,
  epoch: number,
  step: number,
): Record<string, TensorData> {
  return Object.fromEntries(
    masks.map(({ name, shape, rate }) => {
      const rng = createRng(seed, { purpose: `dropout:${name}`, epoch, index: step });
      const length = rows * shape.reduce((a, b) => a * b, 1);
      const data = Float32Array.from({ length }, () => (rng.uniform() < rate ? 0 : 1 / (1 - rate)));
      return [name, { data, dims: [rows, ...shape] }];
    }),
  );
}
