import type { Loss } from "./loss.js";
import { clipped, elementCount, throughClip } from "./terms.js";

/** Mean over batch and units of -(y·log p + (1-y)·log(1-p)). */
export const binaryCrossentropy: Loss = {
  fusedActivation: "sigmoid",
  // softplus(z) - y·z is the same loss in the logits; its gradient is p - y.
  fromLogits(graph, logits, outputs, labels) {
    const terms = graph.op("Sub", [graph.op("Softplus", [logits]), graph.op("Mul", [labels, logits])]);
    const difference = graph.op("Sub", [outputs, labels]);
    return {
      loss: graph.op("ReduceMean", [terms], { keepdims: { int: 0 } }),
      gradient: graph.op("Div", [difference, elementCount(graph, outputs)]),
    };
  },
  fromOutputs(graph, outputs, labels) {
    const one = graph.scalar(1);
    const p = clipped(graph, outputs);
    const q = graph.op("Sub", [one, p]);
    const positive = graph.op("Mul", [labels, graph.op("Log", [p])]);
    const negative = graph.op("Mul", [graph.op("Sub", [one, labels]), graph.op("Log", [q])]);
    const mean = graph.op("ReduceMean", [graph.op("Add", [positive, negative])], { keepdims: { int: 0 } });
    const slope = graph.op("Div", [graph.op("Sub", [p, labels]), graph.op("Mul", [p, q])]);
    return {
      loss: graph.op("Neg", [mean]),
      gradient: throughClip(graph, graph.op("Div", [slope, elementCount(graph, outputs)]), outputs, p),
    };
  },
};
