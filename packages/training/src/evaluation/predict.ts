import { compileInference, createSession } from "@covidxr/onnx";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { batchBuffer, type FeatureArray } from "../features/feature-array.js";
import { splitModel } from "../features/split-model.js";
import { checkLabelledFeatures } from "../loop/labelled-features.js";
import { outputsInBatches } from "./outputs-in-batches.js";

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
