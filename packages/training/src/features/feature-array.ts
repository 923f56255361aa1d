import { checkArguments } from "@covidxr/core/internal";
import type { GradientGraph, TensorData } from "@covidxr/onnx";

/** Features of one image: float32, or IEEE 754 half precision (float16) as its bits, at half the memory. */
export type FeatureArray = Float32Array | Uint16Array;

/** Whether `value` is an array of features; of any realm, since a worker or a test has arrays of its own. */
export function isFeatureArray(value: unknown): value is FeatureArray {
  const kind = kindOf(value);
  return kind === "Float32Array" || kind === "Uint16Array";
}

/** Class and size of what came in place of an array, for a message. */
export function describeValues(value: unknown): string {
  const { length, shape } = (value ?? {}) as { length?: unknown; shape?: unknown };
  if (Array.isArray(shape)) return `a tensor of shape [${shape}] (take its values by dataSync())`;
  return typeof length === "number" ? `${kindOf(value)} of ${length} values` : kindOf(value);
}

const kindOf = (value: unknown): string => Object.prototype.toString.call(value).slice("[object ".length, -1);

/** Precision in which features are kept. */
export type FeaturePrecision = "float32" | "float16";

/**
 * Rounds to float16 (IEEE 754 binary16, to nearest, ties to even), which keeps 11 significant bits. Values beyond
 * ±65504 become ±65504 rather than infinite; NaN stays NaN.
 */
export function toHalf(values: Float32Array): Uint16Array {
  const halves = new Uint16Array(values.length);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < values.length; i++) {
    const word = bits[i]!;
    const sign = (word >>> 16) & 0x8000;
    const magnitude = word & 0x7fffffff;
    halves[i] = sign | halfOf(magnitude);
  }
  return halves;
}

function halfOf(magnitude: number): number {
  if (magnitude > 0x7f800000) return 0x7e00;
  // From 65504 on (float32 bits 0x477fe000) everything is the largest half.
  if (magnitude >= 0x477fe000) return 0x7bff;
  if (magnitude < 0x38800000) {
    // Below 2^-14: subnormal halves are multiples of 2^-24.
    const exponent = magnitude >>> 23;
    const shift = 126 - exponent;
    if (shift > 24) return 0;
    const mantissa = (magnitude & 0x7fffff) | 0x800000;
    return roundedShift(mantissa, shift);
  }
  return roundedShift(magnitude - 0x38000000, 13);
}

/** `value / 2^shift` to the nearest integer, ties to even. */
function roundedShift(value: number, shift: number): number {
  const quotient = value >>> shift;
  const rest = value & (2 ** shift - 1);
  const half = 2 ** (shift - 1);
  return rest > half || (rest === half && (quotient & 1) === 1) ? quotient + 1 : quotient;
}

let halfTable: Float32Array | undefined;

/** Value of each of the 65,536 halves. */
function valuesOfHalves(): Float32Array {
  if (halfTable !== undefined) return halfTable;
  const table = new Float32Array(2 ** 16);
  for (let bits = 0; bits < table.length; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >>> 10) & 31;
    const mantissa = bits & 1023;
    if (exponent === 31) table[bits] = mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    else if (exponent === 0) table[bits] = sign * mantissa * 2 ** -24;
    else table[bits] = sign * (1024 + mantissa) * 2 ** (exponent - 25);
  }
  halfTable = table;
  return table;
}

/** By the size of an element, which is the same in every realm. */
const isFloats = (features: FeatureArray): features is Float32Array =>
  features.BYTES_PER_ELEMENT === Float32Array.BYTES_PER_ELEMENT;

/** Copies `count` features from index `from` on into `target` at `at`, as float32. */
export function copyFeatures(
  features: FeatureArray,
  from: number,
  count: number,
  target: Float32Array,
  at: number,
): void {
  if (isFloats(features)) {
    target.set(
      from === 0 && count === features.length ? features : features.subarray(from, from + count),
      at,
    );
    return;
  }
  const table = valuesOfHalves();
  for (let i = 0; i < count; i++) target[at + i] = table[features[from + i]!]!;
}

/** The features as float32; the array itself when it is that already. */
export function asFloats(features: FeatureArray): Float32Array {
  checkArguments({ features }, { features: "array" });
  if (isFloats(features)) return features;
  const values = new Float32Array(features.length);
  copyFeatures(features, 0, features.length, values, 0);
  return values;
}

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
