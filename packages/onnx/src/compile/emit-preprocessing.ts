import type { GraphBuilder } from "../graph/graph-builder.js";
import type { LayerValue } from "../graph/layer-value.js";

/**
 * Treatment of RGB pixels before a network: `rescale` multiplies by 1/255; `caffe` turns RGB into BGR and
 * subtracts ImageNet's channel means.
 */
export type PixelPreprocessing = "rescale" | "caffe";

/** ImageNet's means in the order BGR, as keras.applications.imagenet_utils has them in mode "caffe". */
const IMAGENET_MEANS_BGR = [103.939, 116.779, 123.68];

/** Emits the treatment of channels-last RGB pixels, 0 to 255. */
export function emitPreprocessing(
  graph: GraphBuilder,
  pixels: LayerValue,
  preprocessing: PixelPreprocessing,
): LayerValue {
  graph.scope = "preprocessing";
  if (preprocessing === "rescale") {
    return { ...pixels, name: graph.op("Mul", [pixels.name, graph.scalar(1 / 255)]) };
  }
  const bgr = graph.op("Gather", [pixels.name, graph.integers([2, 1, 0])], { axis: { int: 3 } });
  const means = graph.floats("means", Float32Array.from(IMAGENET_MEANS_BGR), [3]);
  return { ...pixels, name: graph.op("Sub", [bgr, means]) };
}
