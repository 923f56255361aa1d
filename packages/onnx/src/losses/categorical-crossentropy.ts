import type { GraphBuilder } from "../graph/graph-builder.js";
import type { Loss, Targets } from "./loss.js";
import { batchSize, clipped, throughClip, weighted } from "./terms.js";

/** Mean over the batch of -Σ y·log p, labels one-hot. */
export const categoricalCrossentropy: Loss = {
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
