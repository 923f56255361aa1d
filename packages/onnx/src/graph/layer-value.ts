import type { GraphBuilder } from "./graph-builder.js";

/**
 * Output of a layer inside a graph. `shape` is TensorFlow.js' own, without the batch: `[H, W, C]` or
 * `[features]`. `layout` says how the four-dimensional value is stored: the boundary of a graph is
 * channels-last as TensorFlow.js has it, convolutions and pooling work channels-first as onnxruntime wants it.
 */
export interface LayerValue {
  readonly name: string;
  readonly shape: readonly number[];
  readonly layout: "channels-last" | "channels-first" | "flat";
}

const TO_CHANNELS_FIRST = [0, 3, 1, 2];
const TO_CHANNELS_LAST = [0, 2, 3, 1];

/** `[N, C, H, W]` form of an image-shaped value. */
export function channelsFirst(graph: GraphBuilder, value: LayerValue): LayerValue {
  return value.layout === "channels-last"
    ? transpose(graph, value, TO_CHANNELS_FIRST, "channels-first")
    : value;
}

/** `[N, H, W, C]` form of an image-shaped value. */
export function channelsLast(graph: GraphBuilder, value: LayerValue): LayerValue {
  return value.layout === "channels-first"
    ? transpose(graph, value, TO_CHANNELS_LAST, "channels-last")
    : value;
}

/** The value in the same layout as `like`. */
export function inLayoutOf(graph: GraphBuilder, value: LayerValue, like: LayerValue): LayerValue {
  return like.layout === "channels-first" ? channelsFirst(graph, value) : channelsLast(graph, value);
}

function transpose(
  graph: GraphBuilder,
  value: LayerValue,
  perm: readonly number[],
  layout: LayerValue["layout"],
): LayerValue {
  return { ...value, name: graph.op("Transpose", [value.name], { perm: { ints: perm } }), layout };
}
