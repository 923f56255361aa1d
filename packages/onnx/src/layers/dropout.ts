import { inLayoutOf } from "../graph/layer-value.js";
import type { LayerEmitter, LayerKind } from "./layer-emitter.js";

const emit: LayerEmitter = ({ graph, dropoutMask }, step, input) => {
  const pass = { output: input, backward: (gradient: typeof input) => ({ input: gradient }) };
  const rate = step.config.rate as number;
  if (dropoutMask === undefined || rate === 0) return pass;
  const boundary = step.inputShape.length === 3 ? "channels-last" : "flat";
  const mask = inLayoutOf(
    graph,
    { name: dropoutMask(step, rate), shape: step.inputShape, layout: boundary },
    input,
  );
  return {
    output: { ...input, name: graph.op("Mul", [input.name, mask.name]) },
    backward(gradient, needs) {
      if (!needs.input) return {};
      const dy = inLayoutOf(graph, gradient, input);
      return { input: { ...input, name: graph.op("Mul", [dy.name, mask.name]) } };
    },
  };
};

/**
 * Inverted dropout: in training the input times a mask that the caller draws (0 for dropped units, 1/(1-rate)
 * for kept ones, so that the expectation stays), at inference nothing.
 */
export const dropout: LayerKind = {
  settings: { rate: "read", noiseShape: "inference", seed: "inference" },
  emit,
};
