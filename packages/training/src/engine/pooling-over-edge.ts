import { mul, pad, type Tensor, type Tensor4D, tensor } from "@tensorflow/tfjs-core";
import type { layers, SymbolicTensor } from "@tensorflow/tfjs-layers";

type Layer = layers.Layer;

/**
 * How average pooling with `same` padding is computed by pooling without padding: the `cpu` and `wasm` backends of
 * TensorFlow.js 4.22 get its gradient wrong where windows hang over the image's edge.
 *
 * @returns The forward pass, given the layer's copy with padding `"valid"`; undefined for every other layer, and where
 * no window hangs over.
 */
export function poolingOverEdge(layer: Layer): ((valid: Layer, x: Tensor) => Tensor) | undefined {
  if (layer.getClassName() !== "AveragePooling2D") return undefined;
  const { padding, poolSize, strides } = layer.getConfig() as unknown as {
    padding: string;
    poolSize: readonly [number, number];
    strides: readonly [number, number];
  };
  if (padding !== "same") return undefined;
  const [height, width] = (layer.getInputAt(0) as SymbolicTensor).shape.slice(1) as [number, number];
  const rows = edgesOf(height, poolSize[0], strides[0]);
  const columns = edgesOf(width, poolSize[1], strides[1]);
  const around: [number, number][] = [[0, 0], rows.padding, columns.padding, [0, 0]];
  if (around.flat().every((count) => count === 0)) return undefined;
  // The mean over the padded window, times the window's size over what of it lies on the image.
  const factors = rows.inside.flatMap((row) =>
    columns.inside.map((column) => (poolSize[0] * poolSize[1]) / (row * column)),
  );
  const factorShape = [1, rows.inside.length, columns.inside.length, 1];
  return (valid, x) =>
    mul(valid.call(pad(x as Tensor4D, around), {}) as Tensor, tensor(factors, factorShape, "float32"));
}

interface Edges {
  /** Places before and behind the image. */
  readonly padding: [number, number];
  /** How many places of each window lie on the image. */
  readonly inside: readonly number[];
}

/** `same` padding along one axis, as TensorFlow has it: as little as needed, the odd place behind the image. */
function edgesOf(length: number, size: number, stride: number): Edges {
  const windows = Math.ceil(length / stride);
  const total = Math.max((windows - 1) * stride + size - length, 0);
  const before = Math.floor(total / 2);
  const inside = Array.from({ length: windows }, (_, i) => {
    const start = i * stride - before;
    return Math.min(start + size, length) - Math.max(start, 0);
  });
  return { padding: [before, total - before], inside };
}
