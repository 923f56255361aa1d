import type { GradientGraph, TensorData } from "@covidxr/onnx";
import { copyFeatures, type FeatureArray } from "../features/feature-array.js";

/**
 * Joins images' features into one tensor. All calls share one buffer, which grows to the largest batch, since a fresh
 * one of the study's 60 MB costs as much as filling it: a tensor is valid until the next call.
 *
 * @param shape Of one image's features.
 * @param layout How the graph that takes the batch wants it: spatial-first is `[H, W, N, C]`, all else `[N, ...shape]`.
 */
export function batchBuffer(
  shape: readonly number[],
  layout: GradientGraph["input"]["layout"] = "channels-last",
): (features: readonly FeatureArray[]) => TensorData {
  const size = shape.reduce((a, b) => a * b, 1);
  let buffer = new Float32Array(0);
  const grown = (length: number): Float32Array => {
    if (buffer.length < length) buffer = new Float32Array(length);
    return buffer.subarray(0, length);
  };
  if (layout !== "spatial-first") {
    return (features) => {
      const data = grown(features.length * size);
      for (const [i, values] of features.entries()) copyFeatures(values, 0, size, data, i * size);
      return { data, dims: [features.length, ...shape] };
    };
  }
  const [rows, columns, channels] = shape as [number, number, number];
  return (features) => {
    const images = features.length;
    const data = grown(images * size);
    for (const [i, values] of features.entries()) {
      for (let cell = 0; cell < rows * columns; cell++) {
        copyFeatures(values, cell * channels, channels, data, (cell * images + i) * channels);
      }
    }
    return { data, dims: [rows, columns, images, channels] };
  };
}
