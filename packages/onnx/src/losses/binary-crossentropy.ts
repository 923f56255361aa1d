import type { Loss } from "./loss.js";
import { clipped, elementCount, throughClip, weighted } from "./terms.js";

/** Mean over batch and units of -(y·log p + (1-y)·log(1-p)). */
export const binaryCrossentropy: Loss = {
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
