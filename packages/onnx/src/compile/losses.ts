import type { GraphBuilder } from "../graph/graph-builder.js";

/** Names of the losses, as Keras has them. */
export type LossName = "binaryCrossentropy" | "categoricalCrossentropy";

/** A loss, averaged over the batch, and its gradient in the value it was computed from. */
interface EmittedLoss {
  readonly loss: string;
  readonly gradient: string;
}

/** What outputs are compared with. */
export interface Targets {
  /** `[N, units]`. */
  readonly labels: string;
  /** Factor of each row's loss, `[N, 1]`; absent: 1. */
  readonly sampleWeights?: string;
}

/** Emits one loss. Outputs are `[N, units]`. */
interface Loss {
  /** The activation whose input the loss is computed from when it stands last: exact where outputs saturate. */
  readonly fusedActivation: "sigmoid" | "softmax";
  fromLogits(graph: GraphBuilder, logits: string, outputs: string, targets: Targets): EmittedLoss;
  fromOutputs(graph: GraphBuilder, outputs: string, targets: Targets): EmittedLoss;
}

/** Mean over batch and units of -(y·log p + (1-y)·log(1-p)). */
const binaryCrossentropy: Loss = {
  fusedActivation: "sigmoid",
  // softplus(z) - y·z is the same loss in the logits; its gradient is p - y.
  fromLogits(graph, logits, outputs, targets) {
    const { labels } = targets;
    const terms = graph.op("Sub", [graph.op("Softplus", [logits]), graph.op("Mul", [labels, logits])]);
    const difference = graph.op("Sub", [outputs, labels]);
    return {
      loss: graph.op("ReduceMean", [weighted(graph, terms, targets)], { keepdims: { int: 0 } }),
      gradient: graph.op("Div", [weighted(graph, difference, targets), elementCount(graph, outputs)]),
    };
  },
  fromOutputs(graph, outputs, targets) {
    const { labels } = targets;
    const one = graph.scalar(1);
    const p = clipped(graph, outputs);
    const q = graph.op("Sub", [one, p]);
    const positive = graph.op("Mul", [labels, graph.op("Log", [p])]);
    const negative = graph.op("Mul", [graph.op("Sub", [one, labels]), graph.op("Log", [q])]);
    const terms = weighted(graph, graph.op("Add", [positive, negative]), targets);
    const mean = graph.op("ReduceMean", [terms], { keepdims: { int: 0 } });
    const difference = weighted(graph, graph.op("Sub", [p, labels]), targets);
    const slope = graph.op("Div", [difference, graph.op("Mul", [p, q])]);
    return {
      loss: graph.op("Neg", [mean]),
      gradient: throughClip(graph, graph.op("Div", [slope, elementCount(graph, outputs)]), outputs, p),
    };
  },
};

/** Mean over the batch of -Σ y·log p, labels one-hot. */
const categoricalCrossentropy: Loss = {
  fusedActivation: "softmax",
  fromLogits(graph, logits, outputs, targets) {
    const { labels } = targets;
    const logProbabilities = graph.op("LogSoftmax", [logits], { axis: { int: -1 } });
    const mass = graph.op("ReduceSum", [labels, graph.integers([-1])]);
    const difference = graph.op("Sub", [graph.op("Mul", [outputs, mass]), labels]);
    return {
      loss: meanNegativeLog(graph, logProbabilities, targets),
      gradient: graph.op("Div", [weighted(graph, difference, targets), batchSize(graph, outputs)]),
    };
  },
  // Keras divides by the sum of the outputs first, so that they need not be probabilities.
  fromOutputs(graph, outputs, targets) {
    const { labels } = targets;
    const last = graph.integers([-1]);
    const total = graph.op("ReduceSum", [outputs, last]);
    const share = graph.op("Div", [outputs, total]);
    const p = clipped(graph, share);
    const loss = meanNegativeLog(graph, graph.op("Log", [p]), targets);
    const slope = weighted(graph, graph.op("Div", [labels, p]), targets);
    const inP = graph.op("Neg", [graph.op("Div", [slope, batchSize(graph, outputs)])]);
    const inShare = throughClip(graph, inP, share, p);
    const along = graph.op("ReduceSum", [graph.op("Mul", [inShare, share]), last]);
    return { loss, gradient: graph.op("Div", [graph.op("Sub", [inShare, along]), total]) };
  },
};

function meanNegativeLog(graph: GraphBuilder, logs: string, targets: Targets): string {
  const products = graph.op("Mul", [targets.labels, logs]);
  const sums = weighted(graph, graph.op("ReduceSum", [products, graph.integers([-1])]), targets);
  return graph.op("Neg", [graph.op("ReduceMean", [sums], { keepdims: { int: 0 } })]);
}

/** Every loss by its name. */
export const LOSSES: Readonly<Record<LossName, Loss>> = { binaryCrossentropy, categoricalCrossentropy };

/** Smallest distance of a probability from 0 and 1 in a logarithm: Keras' backend default for float32. */
const EPSILON = 1e-7;

/** Number of rows of `value` as a float32 tensor of shape [1]. */
function batchSize(graph: GraphBuilder, value: string): string {
  const shape = graph.op("Shape", [value]);
  const rows = graph.op("Slice", [shape, graph.integers([0]), graph.integers([1])]);
  return graph.op("Cast", [rows], { to: { int: 1 } });
}

/** `value`, of N rows, with each row times its sample weight. */
function weighted(graph: GraphBuilder, value: string, { sampleWeights }: Targets): string {
  return sampleWeights === undefined ? value : graph.op("Mul", [value, sampleWeights]);
}

/** Number of elements of `value` as a float32 scalar. */
function elementCount(graph: GraphBuilder, value: string): string {
  return graph.op("Cast", [graph.op("Size", [value])], { to: { int: 1 } });
}

/** Probabilities kept {@link EPSILON} away from 0 and 1. */
function clipped(graph: GraphBuilder, probabilities: string): string {
  return graph.op("Clip", [probabilities, graph.scalar(EPSILON), graph.scalar(1 - EPSILON)]);
}

/** The gradient where clipping let the value through, 0 elsewhere. */
function throughClip(graph: GraphBuilder, gradient: string, before: string, after: string): string {
  const same = graph.op("Cast", [graph.op("Equal", [before, after])], { to: { int: 1 } });
  return graph.op("Mul", [gradient, same]);
}
