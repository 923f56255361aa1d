import { DivergenceError, InvalidArgumentError } from "@covidxr/core";
import { cacheKey } from "@covidxr/core/files";
import { checkArguments, checkInteger } from "@covidxr/core/internal";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { TrainingEngine, Weights } from "../engine/engine.js";
import { tailInterface } from "../engine/engine-tail.js";
import { putWeights, takeWeights } from "../engine/model-weights.js";
import { createOnnxEngine } from "../engine/onnx-engine.js";
import { sumPenalties } from "../engine/penalties.js";
import type { FeatureArray } from "../features/feature-array.js";
import { splitModel } from "../features/feature-extractor.js";
import { noteTraining } from "../features/feature-origin.js";
import {
  asEpochFeatures,
  checkLabelledFeatures,
  type LabelledFeatures,
} from "../features/labelled-features.js";
import { refuseDeadFeatures, refuseLeakage } from "../features/leakage.js";
import { checkClipOptions } from "../optimizers/clip-gradients.js";
import { constraintsOf } from "../optimizers/constraints.js";
import { checkTrainOptions } from "./check-train-options.js";
import { latestCheckpoint, removeCheckpoints, writeCheckpoint } from "./checkpoints.js";
import { balancedClassWeights, checkClassWeights, sampleWeightsOf } from "./class-weights.js";
import { earlyStopping } from "./early-stopping.js";
import { outputsInBatches, scoreOutputs } from "./evaluate.js";
import { lossOf } from "./head.js";
import { keyOf, type RunState, restoreRun, toCheckpoint } from "./run-state.js";
import { trainEpoch } from "./train-epoch.js";
import {
  type CheckpointOptions,
  type EpochRecord,
  TRAIN,
  type TrainingResult,
  type TrainOptions,
} from "./train-options.js";

/**
 * Trains the tail of `model` (everything after its frozen prefix) on extracted features and writes the weights
 * back into the model at the end. The order of images and every dropout mask come from (seed, epoch, step), so the
 * same call gives the same weights bit for bit, in one go or resumed from a checkpoint any number of times.
 *
 * @throws {InvalidArgumentError} on a model without prefix or tail, features or labels that do not fit, settings out
 * of range, and a checkpoint of another run.
 * @throws {LeakageError} on validation images related to training images, before anything is trained or written, unless
 * `leakage` is `"allow"`.
 * @throws {DivergenceError} when the loss is no longer finite, or a weight at the end of an epoch; the model keeps its
 * weights from before the call.
 * @throws {InterruptedError} when `signal` fires, likewise; epochs reported to `onEpoch` stay reported, and with
 * checkpoints the run can resume.
 * @throws {FileError} when a checkpoint cannot be read or written, or is none that this run could have written.
 *
 * @example
 * ```ts
 * import "@tensorflow/tfjs-backend-cpu";
 * import { predict, sgd, train } from "@covidxr/training";
 * import { layers, sequential } from "@tensorflow/tfjs-layers";
 *
 * const model = sequential();
 * model.add(layers.conv2d({ inputShape: [32, 32, 3], filters: 8, kernelSize: 3, activation: "relu", trainable: false }));
 * model.add(layers.globalAveragePooling2d({}));
 * model.add(layers.dense({ units: 1, activation: "sigmoid" }));
 *
 * // Features of four images, as extractFeatures gives them.
 * const values = [0, 1, 0, 1].map((high) => new Float32Array(8).fill(high));
 * const { history } = await train(model, {
 *   training: { values, labels: [0, 1, 0, 1] },
 *   optimizer: sgd({ learningRate: 0.5, momentum: 0.9 }),
 *   epochs: 60,
 *   seed: 0,
 * });
 * const probabilities = await predict(model, values);
 * console.log(history.length, Array.from(probabilities, Math.round)); // 60 [ 0, 1, 0, 1 ]
 * ```
 */
export async function train(model: LayersModel, options: TrainOptions): Promise<TrainingResult> {
  checkArguments({ model }, { model: "model" });
  checkTrainOptions(options, TRAIN);
  const { epochs, batchSize = 64, checkpoint, leakage = "refuse" } = options;
  checkInteger("epochs", epochs, { min: 1 });
  checkInteger("batchSize", batchSize, { min: 1 });
  checkInteger("seed", options.seed, { min: 0 });
  if (options.clip !== undefined) checkClipOptions(options.clip);
  const stopping = options.earlyStopping && earlyStopping(options.earlyStopping);
  if (stopping !== undefined && options.validation === undefined) {
    throw new InvalidArgumentError({
      parameter: "earlyStopping",
      value: options.earlyStopping,
      message: "expected validation images, got none; give some that are neither trained nor tested on",
    });
  }
  if (checkpoint !== undefined && options.optimizer.state().steps > 0) {
    throw new InvalidArgumentError({
      parameter: "optimizer",
      value: options.optimizer.description,
      message:
        "expected a new optimiser for a run with checkpoints, got one that remembers updates; make another",
    });
  }
  if (options.engine !== undefined && options.loss !== undefined && options.loss !== options.engine.loss) {
    throw new InvalidArgumentError({
      parameter: "loss",
      value: options.loss,
      message: `expected "${options.engine.loss}", which the engine was made for, got "${options.loss}"; leave it out`,
    });
  }
  const loss = lossOf(model, options.loss);
  if (options.engine !== undefined) lossOf(model, options.engine.loss, "engine");
  const constraints = constraintsOf(model);
  const engine =
    options.engine ?? (await createOnnxEngine(model, { from: splitModel(model).tailFrom, loss }));
  try {
    const { validation, optimizer } = options;
    const tail = tailInterface(model, engine);
    const images = asEpochFeatures(options.training, tail);
    refuseDeadFeatures("training", options.training);
    if (validation) {
      checkLabelledFeatures("validation", validation, tail);
      refuseLeakage({ training: options.training, validation }, leakage);
    }
    const sampleWeights = weightsOfImages(options, images.labels, engine.units);
    const run: RunState = {
      weights: takeWeights(model, engine.weights),
      optimizer,
      history: [],
      stopping,
      best: undefined,
      stoppedEarly: false,
    };
    const key =
      checkpoint === undefined
        ? ""
        : runKey(
            checkpoint,
            { ...options, batchSize },
            images.labels,
            engine,
            [constraints.description, tail.origin?.().digest],
            run,
          );
    if (checkpoint !== undefined) await resume(run, checkpoint, key, options);
    const clock = options.clock ?? (() => performance.now());
    while (!run.stoppedEarly && run.history.length < epochs) {
      const epoch = run.history.length + 1;
      const start = clock();
      const trained = await trainEpoch(engine, run.weights, {
        ...options,
        images,
        constraints,
        sampleWeights,
        batchSize,
        epoch,
      });
      const validated = validation && (await validate(engine, run.weights, validation));
      requireFinite(run.weights, epoch, images.labels.length, batchSize, validated?.loss);
      const record: EpochRecord = {
        epoch,
        ...trained,
        validationLoss: validated?.loss ?? Number.NaN,
        validationAccuracy: validated?.accuracy ?? Number.NaN,
        seconds: (clock() - start) / 1000,
      };
      run.history.push(record);
      run.stoppedEarly = observe(run, record);
      if (checkpoint !== undefined) await writeCheckpoint(checkpoint.folder, toCheckpoint(run, key));
      await options.onEpoch?.(record);
    }
    putWeights(model, run.best ?? run.weights);
    noteTraining(model, tail.settings);
    return {
      history: run.history,
      epoch: run.best === undefined ? run.history.length : stopping!.state().bestEpoch!,
      stoppedEarly: run.stoppedEarly,
      engine: engine.description,
    };
  } finally {
    if (options.engine === undefined) await engine.dispose();
  }
}

/**
 * The last step of an epoch can diverge with no further loss to show it; such weights must reach no checkpoint.
 */
function requireFinite(
  weights: Weights,
  epoch: number,
  images: number,
  batchSize: number,
  validationLoss = 0,
): void {
  const finite = [...weights.values()].every(({ data }) => allFinite(data));
  if (finite && Number.isFinite(validationLoss)) return;
  throw new DivergenceError({ epoch, step: Math.ceil(images / batchSize), loss: Number.NaN });
}

/** A difference of a number with itself is 0, of anything else NaN: five million weights in a few milliseconds. */
function allFinite(values: Float32Array): boolean {
  const length = values.length;
  let sum = 0;
  for (let i = 0; i < length; i++) sum += values[i]! - values[i]!;
  return sum === 0;
}

/** Lets early stopping see an epoch; keeps its weights when they are the best. Says whether training is over. */
function observe(run: RunState, record: EpochRecord): boolean {
  const { stopping } = run;
  if (stopping === undefined) return false;
  const { monitor, restoreBest } = stopping.description;
  const verdict = stopping.observe(record.epoch, record[monitor]);
  if (verdict === "improved" && restoreBest) {
    run.best = new Map(
      [...run.weights].map(([name, { data, dims }]) => [name, { data: data.slice(), dims }]),
    );
  }
  return verdict === "stop";
}

/** Restores the latest checkpoint, or clears the folder. */
async function resume(
  run: RunState,
  { folder, resume: wanted }: CheckpointOptions,
  key: string,
  { onResume, epochs }: TrainOptions,
): Promise<void> {
  if (!wanted) {
    await removeCheckpoints(folder);
    return;
  }
  const { checkpoint, damaged } = await latestCheckpoint(folder);
  if (checkpoint === undefined) {
    if (damaged.length > 0) await onResume?.({ history: [], damaged });
    return;
  }
  if (keyOf(checkpoint) !== key) {
    throw new InvalidArgumentError({
      parameter: "checkpoint",
      value: folder,
      message:
        "expected the checkpoint of this very run, got one whose data, settings or initial weights differ; " +
        "use the same ones, or another folder",
    });
  }
  if (checkpoint.epoch > epochs) {
    throw new InvalidArgumentError({
      parameter: "epochs",
      value: epochs,
      message: `expected at least the ${checkpoint.epoch} epochs that were trained, got ${epochs}`,
    });
  }
  restoreRun(run, checkpoint, folder);
  await onResume?.({ history: run.history.slice(), damaged });
}

/** Names everything that decides the bits of a run. */
function runKey(
  checkpoint: CheckpointOptions,
  options: TrainOptions,
  labels: readonly number[],
  engine: TrainingEngine,
  network: readonly unknown[],
  { weights, stopping }: RunState,
): string {
  const { seed, batchSize, optimizer, schedule, classWeights, clip, epochs, validation } = options;
  const { description, loss, featureShape, masks, tail } = engine;
  const initial = [...weights].flatMap(([name, { data }]) => [
    name,
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  ]);
  // Under a schedule the length of the run decides the rate; without one a run may be prolonged.
  const length = schedule === undefined ? undefined : epochs;
  return cacheKey(
    checkpoint.key,
    { seed, batchSize, classWeights, clip, labels, watched: validation?.labels, length },
    { description, loss, featureShape, masks, tail, network },
    [optimizer.description, schedule?.description, stopping?.description],
    ...initial,
  );
}

function weightsOfImages(
  { classWeights }: TrainOptions,
  labels: readonly number[],
  units: number,
): Float32Array | undefined {
  if (classWeights === undefined) return undefined;
  const classes = Math.max(units, 2);
  return sampleWeightsOf(
    labels,
    classWeights === "balanced"
      ? balancedClassWeights(labels, classes)
      : checkClassWeights(classWeights, classes),
  );
}

async function validate(engine: TrainingEngine, weights: Weights, { values, labels }: LabelledFeatures) {
  const run = (features: readonly FeatureArray[]) => engine.outputs(weights, features);
  const outputs = await outputsInBatches(run, values, engine.units);
  const { loss, accuracy } = scoreOutputs(outputs, labels, engine.loss);
  return { loss: loss + sumPenalties(weights, engine.weights), accuracy };
}
