import type { TensorData } from "@covidxr/onnx";
import { copyFeatures, type FeatureArray } from "../features/feature-array.js";

/**
 * Joins images' features into one tensor `[N, ...shape]`. All calls share one buffer, which grows to the largest
 * batch, since a fresh one of the study's 60 MB costs as much as filling it: a tensor is valid until the next call.
 */
export function batchBuffer(shape: readonly number[]): (features: readonly FeatureArray[]) => TensorData {
  const size = shape.reduce((a, b) => a * b, 1);
  let buffer = new Float32Array(0);
  return (features) => {
    const length = features.length * size;
    if (buffer.length < length) buffer = new Float32Array(length);
    for (const [i, values] of features.entries()) copyFeatures(values, 0, size, buffer, i * size);
    return { data: buffer.subarray(0, length), dims: [features.length, ...shape] };
  };
}
