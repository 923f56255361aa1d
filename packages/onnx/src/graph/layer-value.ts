import type { GraphBuilder } from "./graph-builder.js";

/** Order in which an image-shaped value is stored. */
export type ImageLayout = "channels-last" | "channels-first" | "spatial-first";

/**
 * Output of a layer inside a graph. `shape` is TensorFlow.js' own, without the batch: `[H, W, C]` or
 * `[features]`. `layout` says how the value is stored: channels-last `[N, H, W, C]`, as TensorFlow.js has it, at the
 * boundary of a graph; channels-first `[N, C, H, W]` for onnxruntime's own convolution and pooling; spatial-first
 * `[H, W, N, C]` for Winograd convolutions; flat `[N, features]`.
 */
export interface LayerValue {
  readonly name: string;
  readonly shape: readonly number[];
  readonly layout: ImageLayout | "flat";
}

/** Axes of each layout. */
const AXES: Readonly<Record<ImageLayout, string>> = {
  "channels-last": "NHWC",
  "channels-first": "NCHW",
  "spatial-first": "HWNC",
};

/** `[N, C, H, W]` form of an image-shaped value. */
export const channelsFirst = (graph: GraphBuilder, value: LayerValue): LayerValue =>
  inLayout(graph, value, "channels-first");

/** `[N, H, W, C]` form of an image-shaped value. */
export const channelsLast = (graph: GraphBuilder, value: LayerValue): LayerValue =>
  inLayout(graph, value, "channels-last");

/** `[H, W, N, C]` form of an image-shaped value. */
export const spatialFirst = (graph: GraphBuilder, value: LayerValue): LayerValue =>
  inLayout(graph, value, "spatial-first");

/** The value in the same layout as `like`. */
export function inLayoutOf(graph: GraphBuilder, value: LayerValue, like: LayerValue): LayerValue {
  return like.layout === "flat" ? value : inLayout(graph, value, like.layout);
}

/** A flat value stays as it is. */
function inLayout(graph: GraphBuilder, value: LayerValue, layout: ImageLayout): LayerValue {
  if (value.layout === layout || value.layout === "flat") return value;
  const [rows, columns, channels] = value.shape as [number, number, number];
  // Between these two the axes change in pairs; as a matrix onnxruntime transposes three times as fast.
  if (value.layout === "channels-first" && layout === "spatial-first") {
    const name = transposedMatrix(graph, value, [-1, rows * columns], [rows, columns, -1, channels]);
    return { ...value, name, layout };
  }
  if (value.layout === "spatial-first" && layout === "channels-first") {
    const name = transposedMatrix(graph, value, [rows * columns, -1], [-1, channels, rows, columns]);
    return { ...value, name, layout };
  }
  const from = AXES[value.layout];
  const perm = [...AXES[layout]].map((axis) => from.indexOf(axis));
  return { ...value, name: graph.op("Transpose", [value.name], { perm: { ints: perm } }), layout };
}

function transposedMatrix(
  graph: GraphBuilder,
  value: LayerValue,
  matrix: readonly number[],
  shape: readonly number[],
): string {
  const flat = graph.op("Reshape", [value.name, graph.integers(matrix)]);
  const turned = graph.op("Transpose", [flat], { perm: { ints: [1, 0] } });
  return graph.op("Reshape", [turned, graph.integers(shape)]);
}

/** Declares the input `input` of a graph: images `[H, W, C]` stored as `layout` says, or rows of features. */
export function graphInput(
  graph: GraphBuilder,
  shape: readonly number[],
  layout: "channels-last" | "spatial-first" = "channels-last",
): LayerValue {
  if (shape.length !== 3) return { name: graph.input("input", ["N", ...shape]), shape, layout: "flat" };
  const [rows, columns, channels] = shape as [number, number, number];
  const dims = layout === "channels-last" ? ["N", ...shape] : [rows, columns, "N", channels];
  return { name: graph.input("input", dims), shape, layout };
}
