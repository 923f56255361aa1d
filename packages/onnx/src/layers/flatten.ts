import { channelsLast } from "../graph/layer-value.js";
import type { LayerEmitter, LayerKind } from "./layer-emitter.js";
import { CHANNELS_LAST } from "./layer-settings.js";

const emit: LayerEmitter = ({ graph }, step, input) => {
  const x = channelsLast(graph, input);
  const name = graph.op("Reshape", [x.name, graph.integers([-1, step.outputShape[0]!])]);
  return {
    output: { name, shape: step.outputShape, layout: "flat" },
    backward(gradient, needs) {
      if (!needs.input) return {};
      const dx = graph.op("Reshape", [gradient.name, graph.integers([-1, ...step.inputShape])]);
      return { input: { name: dx, shape: step.inputShape, layout: x.layout } };
    },
  };
};

/** `[N, H, W, C]` to `[N, H·W·C]`, in TensorFlow.js' row-major order. */
export const flatten: LayerKind = { settings: { dataFormat: CHANNELS_LAST }, emit };
