import type { GraphBuilder } from "../graph/graph-builder.js";
import type { Targets } from "./loss.js";

/** Smallest distance of a probability from 0 and 1 in a logarithm: Keras' backend default for float32. */
const EPSILON = 1e-7;

/** Number of rows of `value` as a float32 tensor of shape [1]. */
export function batchSize(graph: GraphBuilder, value: string): string {
  const shape = graph.op("Shape", [value]);
  const rows = graph.op("Slice", [shape, graph.integers([0]), graph.integers([1])]);
  return graph.op("Cast", [rows], { to: { int: 1 } });
}

/** `value`, of N rows, with each row times its sample weight. */
export function weighted(graph: GraphBuilder, value: string, { sampleWeights }: Targets): string {
  return sampleWeights === undefined ? value : graph.op("Mul", [value, sampleWeights]);
}

/** Number of elements of `value` as a float32 scalar. */
export function elementCount(graph: GraphBuilder, value: string): string {
  return graph.op("Cast", [graph.op("Size", [value])], { to: { int: 1 } });
}

/** Probabilities kept {@link EPSILON} away from 0 and 1. */
export function clipped(graph: GraphBuilder, probabilities: string): string {
  return graph.op("Clip", [probabilities, graph.scalar(EPSILON), graph.scalar(1 - EPSILON)]);
}

/** The gradient where clipping let the value through, 0 elsewhere. */
export function throughClip(graph: GraphBuilder, gradient: string, before: string, after: string): string {
  const same = graph.op("Cast", [graph.op("Equal", [before, after])], { to: { int: 1 } });
  return graph.op("Mul", [gradient, same]);
}
