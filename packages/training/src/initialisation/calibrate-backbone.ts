import { throwIfInterrupted } from "@covidxr/core";
import { compileInference, createSession, type LayerRange, type TensorData } from "@covidxr/onnx";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { putWeights, takeWeights } from "../engine/model-weights.js";

/** Options of {@link calibrateBackbone}. */
export interface CalibrateOptions {
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

/**
 * Scales and shifts every convolution of a randomly initialised model so that its output before the activation has
 * mean 0 and variance 1 over `images`. Signals then neither fade nor grow through a deep chain, so that the layers
 * behind it can learn (after Mishkin & Matas, "All you need is a good init", ICLR 2016, which scales only).
 *
 * @param images Inputs `[N, H, W, 3]` as the model takes them; a handful is enough.
 * @throws {InterruptedError} when `signal` fires; layers done until then keep their new weights.
 */
export async function calibrateBackbone(
  model: LayersModel,
  images: TensorData,
  options: CalibrateOptions = {},
): Promise<void> {
  const last = model.layers.findLastIndex((layer) => layer.getClassName() === "Conv2D");
  const chain = model.layers.slice(0, last + 1).filter((layer) => layer.getClassName() !== "InputLayer");
  let value = images;
  for (const [done, layer] of chain.entries()) {
    throwIfInterrupted(options.signal, "calibration");
    const range: LayerRange = { from: layer.name, to: layer.name };
    if (layer.getClassName() === "Conv2D") {
      const linear = await runOnce(
        compileInference(model, { ...range, beforeActivation: true }).bytes,
        value,
      );
      const { mean, deviation } = moments(linear.data);
      const kernelAndBias = takeWeights(
        model,
        layer.weights.map((weight) => ({
          name: `${layer.name}/${weight.originalName.split("/").at(-1)}`,
          shape: weight.shape as number[],
        })),
      );
      for (const [name, { data }] of kernelAndBias) {
        const shift = name.endsWith("/bias") ? mean : 0;
        for (let i = 0; i < data.length; i++) data[i] = (data[i]! - shift) / deviation;
      }
      putWeights(model, kernelAndBias);
    }
    value = await runOnce(compileInference(model, range).bytes, value);
    options.onProgress?.({ done: done + 1, total: chain.length });
  }
}

async function runOnce(bytes: Uint8Array, input: TensorData): Promise<TensorData> {
  const session = await createSession(bytes);
  try {
    return (await session.run({ input })).output!;
  } finally {
    await session.dispose();
  }
}

/** Mean and standard deviation; a constant layer keeps its scale. */
function moments(values: Float32Array): { mean: number; deviation: number } {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / values.length) || 1 };
}
