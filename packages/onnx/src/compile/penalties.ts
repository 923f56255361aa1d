import { UnsupportedLayerError } from "@covidxr/core";
import type { layers } from "@tensorflow/tfjs-layers";
import type { GraphBuilder } from "../graph/graph-builder.js";
import type { WeightInfo, WeightPenalty } from "../graph/weight-source.js";

/**
 * Penalty that a layer's configuration puts on its weight `suffix`; undefined without one.
 *
 * @throws {UnsupportedLayerError} on another regulariser than L1L2.
 */
export function penaltyOf(
  layer: layers.Layer,
  suffix: string,
  config: Readonly<Record<string, unknown>>,
): WeightPenalty | undefined {
  const key = `${suffix}Regularizer`;
  const given = config[key] as { className: string; config: WeightPenalty } | null | undefined;
  if (given === null || given === undefined) return undefined;
  if (given.className !== "L1L2") {
    throw new UnsupportedLayerError({
      layer: layer.name,
      layerClass: layer.getClassName(),
      supported: ["l1", "l2", "l1l2"],
      message: `has the ${key} "${given.className}", which is not supported`,
    });
  }
  const { l1, l2 } = given.config;
  return l1 === 0 && l2 === 0 ? undefined : { l1, l2 };
}

/** Adds the weights' penalties to a loss. */
export function emitPenalties(graph: GraphBuilder, loss: string, weights: readonly WeightInfo[]): string {
  const total = (type: string, weight: string, factor: number): string =>
    graph.op("Mul", [graph.op(type, [weight], { keepdims: { int: 0 } }), graph.scalar(factor)]);
  return weights.reduce((sum, { name, penalty }) => {
    const { l1, l2 } = penalty ?? NONE;
    const withL1 = l1 === 0 ? sum : graph.op("Add", [sum, total("ReduceL1", name, l1)]);
    return l2 === 0 ? withL1 : graph.op("Add", [withL1, total("ReduceSumSquare", name, l2)]);
  }, loss);
}

/** Adds the gradient of a weight's penalty to that of the loss; that of |w| at 0 is 0, as in TensorFlow. */
export function emitPenaltyGradient(
  graph: GraphBuilder,
  gradient: string,
  { name, penalty }: WeightInfo,
): string {
  const { l1, l2 } = penalty ?? NONE;
  const scaled = (value: string, factor: number): string => graph.op("Mul", [value, graph.scalar(factor)]);
  const withL1 = l1 === 0 ? gradient : graph.op("Add", [gradient, scaled(graph.op("Sign", [name]), l1)]);
  return l2 === 0 ? withL1 : graph.op("Add", [withL1, scaled(name, 2 * l2)]);
}

const NONE: WeightPenalty = { l1: 0, l2: 0 };
