import { compileInference, createSession } from "@covidxr/onnx";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { batchBuffer } from "../engine/batch-buffer.js";
import type { FeatureArray } from "../features/feature-array.js";
import { splitModel } from "../features/split-model.js";
import { checkLabelledFeatures, type LabelledFeatures } from "../loop/labelled-features.js";
import { countCorrect, sumCrossentropy } from "./score-outputs.js";

/** Largest batch of an output pass; larger ones are no faster and take more memory. */
const OUTPUT_BATCH = 64;

/** Figures of a model on some images. */
export interface Evaluation {
  /** Mean cross-entropy of the outputs, which are taken as probabilities. */
  readonly loss: number;
  /** Share of images whose class is named right: above 0.5 for one unit, else the largest output. */
  readonly accuracy: number;
  /** `[N, units]` outputs, in the order of the images. */
  readonly outputs: Float32Array;
}

/**
 * Outputs of a model for images whose features were extracted with it, without dropout.
 *
 * @param values Features of each image, as {@link extractFeatures} gives them.
 * @returns `[N, units]` in row-major order: for the study's model one probability an image.
 * @throws {InvalidArgumentError} when the model cannot be split, or the features are not its own.
 */
export async function predict(model: LayersModel, values: readonly FeatureArray[]): Promise<Float32Array> {
  const tail = compileInference(model, {
    from: splitModel(model).tailFrom,
    convolution: "auto",
    inputLayout: "spatial-first",
  });
  const units = tail.output.shape[0]!;
  const labels = values.map(() => 0);
  checkLabelledFeatures("values", { values, labels }, tail.input.shape, units);
  const session = await createSession(tail.bytes);
  try {
    const join = batchBuffer(tail.input.shape, tail.input.layout);
    const run = async (features: readonly FeatureArray[]) =>
      (await session.run({ input: join(features) })).output!.data;
    return await outputsInBatches(run, values, units);
  } finally {
    await session.dispose();
  }
}

/**
 * Loss, accuracy and outputs of a model on labelled features.
 *
 * @throws {InvalidArgumentError} as {@link predict}, and on labels that the output cannot express.
 */
export async function evaluate(model: LayersModel, images: LabelledFeatures): Promise<Evaluation> {
  const outputs = await predict(model, images.values);
  return scoreOutputs(outputs, images.labels);
}

/** Loss and accuracy of outputs `[N, units]`. */
export function scoreOutputs(outputs: Float32Array, labels: readonly number[]): Evaluation {
  const units = outputs.length / labels.length;
  return {
    loss: sumCrossentropy(outputs, labels, units) / labels.length,
    accuracy: countCorrect(outputs, labels, units) / labels.length,
    outputs,
  };
}

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
