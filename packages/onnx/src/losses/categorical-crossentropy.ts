import type { GraphBuilder } from "../graph/graph-builder.js";
import type { Loss } from "./loss.js";
import { batchSize, clipped, throughClip } from "./terms.js";

/** Mean over the batch of -Σ y·log p, labels one-hot. */
export const categoricalCrossentropy: Loss = {
  fusedActivation: "softmax",
  fromLogits(graph, logits, outputs, labels) {
    const logProbabilities = graph.op("LogSoftmax", [logits], { axis: { int: -1 } });
    const mass = graph.op("ReduceSum", [labels, graph.integers([-1])]);
    const difference = graph.op("Sub", [graph.op("Mul", [outputs, mass]), labels]);
    return {
      loss: meanNegativeLog(graph, logProbabilities, labels),
      gradient: graph.op("Div", [difference, batchSize(graph, outputs)]),
    };
  },
  // Keras divides by the sum of the outputs first, so that they need not be probabilities.
  fromOutputs(graph, outputs, labels) {
    const last = graph.integers([-1]);
    const total = graph.op("ReduceSum", [outputs, last]);
    const share = graph.op("Div", [outputs, total]);
    const p = clipped(graph, share);
    const loss = meanNegativeLog(graph, graph.op("Log", [p]), labels);
    const inP = graph.op("Neg", [graph.op("Div", [graph.op("Div", [labels, p]), batchSize(graph, outputs)])]);
    const inShare = throughClip(graph, inP, share, p);
    const along = graph.op("ReduceSum", [graph.op("Mul", [inShare, share]), last]);
    return { loss, gradient: graph.op("Div", [graph.op("Sub", [inShare, along]), total]) };
  },
};

function meanNegativeLog(graph: GraphBuilder, logs: string, labels: string): string {
  const sums = graph.op("ReduceSum", [graph.op("Mul", [labels, logs]), graph.integers([-1])]);
  return graph.op("Neg", [graph.op("ReduceMean", [sums], { keepdims: { int: 0 } })]);
}
