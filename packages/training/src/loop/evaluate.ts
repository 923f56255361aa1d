import { InvalidArgumentError } from "@covidxr/core";
import { checkArguments } from "@covidxr/core/internal";
import { compileInference, createSession, type LossName } from "@covidxr/onnx";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { originBefore } from "../engine/engine-tail.js";
import { modelPenalties } from "../engine/penalties.js";
import { batchBuffer, type FeatureArray } from "../features/feature-array.js";
import { splitModel } from "../features/feature-extractor.js";
import { trainingSettings } from "../features/feature-origin.js";
import { checkLabelledFeatures, checkLabels, type LabelledFeatures } from "../features/labelled-features.js";
import { lossOf } from "./head.js";

/**
 * What a model says of N images, as metrics take it: N numbers for one output unit, N rows of K numbers for K units. The
 * type is both, since only the model tells which of them it is.
 */
export type Scores = Float32Array & readonly Float32Array[];

/** Outputs `[N, units]` in row-major order as {@link Scores}, without a copy. */
export function asScores(outputs: Float32Array, units: number): Scores {
  if (units === 1) return outputs as Scores;
  const rows = Array.from({ length: outputs.length / units }, (_, row) =>
    outputs.subarray(row * units, (row + 1) * units),
  );
  return rows as unknown as Scores;
}

/**
 * Outputs of a model for images whose features were extracted with it, without dropout.
 *
 * @param values Features of each image, as {@link extractFeatures} gives them.
 * @returns One probability for each image where the model has one output unit, else one row of probabilities.
 * @throws {InvalidArgumentError} when the model cannot be split, its head gives no probabilities, or the features are not
 * its own.
 */
export async function predict(model: LayersModel, values: readonly FeatureArray[]): Promise<Scores> {
  checkArguments({ model, values }, { model: "model", values: "array" });
  const labels = values.map(() => 0);
  const { outputs, units } = await outputsOf(model, { values, labels });
  return asScores(outputs, units);
}

/** Loss and accuracy of a model on some images. */
export interface Evaluation {
  /**
   * Mean cross-entropy of the outputs, binary for a head of sigmoids and categorical for a softmax, plus the penalties of
   * regularisers (as Keras).
   */
  readonly loss: number;
  /** Proportion of images classified correctly: above 0.5 for one unit, else by the largest output. */
  readonly accuracy: number;
  /** As {@link predict} gives them. */
  readonly scores: Scores;
}

/**
 * Loss, accuracy and outputs of a model on labelled features.
 *
 * @throws {InvalidArgumentError} as {@link predict}, and on labels that the output cannot express.
 */
export async function evaluate(model: LayersModel, images: LabelledFeatures): Promise<Evaluation> {
  checkArguments({ model, images }, { model: "model", images: "object" });
  const { outputs, units, loss: name } = await outputsOf(model, images);
  const { loss, accuracy } = scoreOutputs(outputs, images.labels, name);
  return { loss: loss + modelPenalties(model), accuracy, scores: asScores(outputs, units) };
}

/**
 * Loss and accuracy of outputs `[N, units]`.
 *
 * @param outputs In row-major order, or as rows, as {@link predict} gives them.
 * @param labels Class of each of N images.
 * @param loss @defaultValue binary for one unit, else categorical
 * @throws {InvalidArgumentError} on outputs that are no multiple of the labels, and on a label without a unit.
 */
export function scoreOutputs(
  outputs: Float32Array | Scores,
  labels: readonly number[],
  loss?: LossName,
): Pick<Evaluation, "loss" | "accuracy"> {
  checkArguments(
    { outputs, labels, loss },
    {
      outputs: "array",
      labels: "array",
      loss: ["binaryCrossentropy", "categoricalCrossentropy", undefined],
    },
  );
  const flat = flatten(outputs);
  const units = flat.length / labels.length;
  if (!Number.isInteger(units) || units === 0) {
    throw new InvalidArgumentError({
      parameter: "outputs",
      value: flat.length,
      message: `expected as many outputs for each of ${labels.length} images, got ${flat.length}`,
    });
  }
  checkLabels("labels", labels, units);
  const isBinary =
    (loss ?? (units === 1 ? "binaryCrossentropy" : "categoricalCrossentropy")) === "binaryCrossentropy";
  return {
    loss: sumCrossentropy(flat, labels, units, isBinary) / labels.length,
    accuracy: countCorrect(flat, labels, units) / labels.length,
  };
}

/** Undoes {@link asScores}. */
function flatten(outputs: Float32Array | Scores): Float32Array {
  if (typeof outputs[0] !== "object") {
    checkArguments({ outputs }, { outputs: "numbers" });
    return outputs;
  }
  const rows = outputs as Scores as readonly Float32Array[];
  for (const row of rows) checkArguments({ outputs: row }, { outputs: "numbers" });
  return Float32Array.from(rows.flatMap((row) => [...row]));
}

async function outputsOf(
  model: LayersModel,
  images: LabelledFeatures,
): Promise<{ outputs: Float32Array; units: number; loss: LossName }> {
  const loss = lossOf(model);
  const from = splitModel(model).tailFrom;
  const tail = compileInference(model, {
    from,
    convolution: "auto",
    inputLayout: "spatial-first",
  });
  const units = tail.output.shape[0]!;
  const origin = originBefore(model, from);
  const settings = trainingSettings(model);
  checkLabelledFeatures("values", images, { featureShape: tail.input.shape, units, origin, settings });
  const session = await createSession(tail.bytes);
  try {
    const join = batchBuffer(tail.input.shape, tail.input.layout);
    const run = async (features: readonly FeatureArray[]) =>
      (await session.run({ input: join(features) })).output!.data;
    const outputs = await outputsInBatches(run, images.values, units);
    requireFinite(outputs, units);
    return { outputs, units, loss };
  } finally {
    await session.dispose();
  }
}

/** @throws {InvalidArgumentError} on outputs that are no numbers, which metrics would be computed from. */
function requireFinite(outputs: Float32Array, units: number): void {
  const broken = outputs.findIndex((value) => !Number.isFinite(value));
  if (broken < 0) return;
  const image = Math.floor(broken / units);
  throw new InvalidArgumentError({
    parameter: "values",
    value: { image, output: outputs[broken] },
    message: `expected features and weights that give finite outputs, got ${outputs[broken]} for image ${image}; check the image and the model's weights`,
  });
}

/** Largest batch of an output pass; larger ones are no faster and take more memory. */
const OUTPUT_BATCH = 64;

/** Runs `run` over the images in batches and joins the outputs. */
export async function outputsInBatches(
  run: (features: readonly FeatureArray[]) => Promise<Float32Array>,
  values: readonly FeatureArray[],
  units: number,
): Promise<Float32Array> {
  const outputs = new Float32Array(values.length * units);
  for (let start = 0; start < values.length; start += OUTPUT_BATCH) {
    outputs.set(await run(values.slice(start, start + OUTPUT_BATCH)), start * units);
  }
  return outputs;
}

/** Keras' backend epsilon: probabilities are kept this far from 0 and 1 in a loss. */
const EPSILON = 1e-7;

/** Probability from which on binary accuracy counts an output as positive (Keras' default: above it). */
const ACCURACY_THRESHOLD = 0.5;

/** How many of the outputs name the right class: above 0.5 for one unit, else the largest. */
export function countCorrect(outputs: Float32Array, labels: ArrayLike<number>, units: number): number {
  let correct = 0;
  for (let row = 0; row < labels.length; row++) {
    let predicted = 0;
    if (units === 1) predicted = outputs[row]! > ACCURACY_THRESHOLD ? 1 : 0;
    else {
      for (let unit = 1; unit < units; unit++) {
        if (outputs[row * units + unit]! > outputs[row * units + predicted]!) predicted = unit;
      }
    }
    if (predicted === labels[row]) correct++;
  }
  return correct;
}

/**
 * Sum over images of Keras' cross-entropy of outputs that are probabilities: binary, of several units their mean, or
 * categorical.
 */
function sumCrossentropy(
  outputs: Float32Array,
  labels: ArrayLike<number>,
  units: number,
  isBinary: boolean,
): number {
  const log = (p: number): number => Math.log(Math.min(Math.max(p, EPSILON), 1 - EPSILON));
  let sum = 0;
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!;
    if (units === 1) sum -= label === 1 ? log(outputs[row]!) : log(1 - outputs[row]!);
    else if (!isBinary) sum -= log(outputs[row * units + label]!);
    else {
      for (let unit = 0; unit < units; unit++) {
        const output = outputs[row * units + unit]!;
        sum -= log(unit === label ? output : 1 - output) / units;
      }
    }
  }
  return sum;
}
