import { checkArguments, checkOptions, throwIfInterrupted } from "@covidxr/core/internal";
import { compileInference, createSession, type TensorData } from "@covidxr/onnx";
import { layerChain } from "@covidxr/onnx/internal";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { putWeights, takeWeights } from "../engine/model-weights.js";

/** Options of {@link calibrateBackbone}. */
export interface CalibrateOptions {
  /** Called after each layer. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

/**
 * Scales and shifts every convolution of a randomly initialised model so that each of its channels has mean 0 and
 * variance 1 over `images` before the activation. Signals then neither fade nor grow through a deep chain, and
 * images stay apart, so that the layers after it can learn (after Krähenbühl et al., "Data-dependent
 * initializations of convolutional neural networks", ICLR 2016).
 *
 * @param images Inputs `[N, H, W, 3]` as the model takes them; a handful is enough.
 * @throws {InterruptedError} when `signal` fires; layers done until then keep their new weights.
 */
export async function calibrateBackbone(
  model: LayersModel,
  images: TensorData,
  options: CalibrateOptions = {},
): Promise<void> {
  checkArguments({ model, images }, { model: "model", images: "object" });
  checkOptions(options, { onProgress: "function?", signal: "object?" });
  const layers = layerChain(model).map(({ layer }) => layer);
  const last = layers.findLastIndex((layer) => layer.getClassName() === "Conv2D");
  const chain = layers.slice(0, last + 1).filter((layer) => layer.getClassName() !== "InputLayer");
  let value = images;
  for (const [done, layer] of chain.entries()) {
    throwIfInterrupted(options.signal, "calibration");
    const range = { from: layer.name, to: layer.name };
    if (layer.getClassName() === "Conv2D") {
      const linear = await runOnce(
        compileInference(model, { ...range, beforeActivation: true }).bytes,
        value,
      );
      const { means, deviations } = channelMoments(linear.data, linear.dims.at(-1)!);
      const kernelAndBias = takeWeights(
        model,
        layer.weights.map((weight) => ({
          name: `${layer.name}/${weight.originalName.split("/").at(-1)}`,
          shape: weight.shape as number[],
        })),
      );
      for (const [name, { data }] of kernelAndBias) {
        const shifted = name.endsWith("/bias");
        for (let i = 0; i < data.length; i++) {
          const channel = i % means.length;
          data[i] = (data[i]! - (shifted ? means[channel]! : 0)) / deviations[channel]!;
        }
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

/** Mean and standard deviation of each channel of channels-last values; a constant channel keeps its scale. */
function channelMoments(values: Float32Array, channels: number) {
  const count = values.length / channels;
  const means = new Float64Array(channels);
  const squares = new Float64Array(channels);
  for (let i = 0; i < values.length; i++) means[i % channels]! += values[i]! / count;
  for (let i = 0; i < values.length; i++) {
    const channel = i % channels;
    squares[channel]! += (values[i]! - means[channel]!) ** 2 / count;
  }
  return { means, deviations: squares.map((square) => Math.sqrt(square) || 1) };
}
