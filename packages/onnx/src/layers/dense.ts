import { UnsupportedLayerError } from "@covidxr/core";
import type { LayerEmitter, LayerKind } from "./layer-emitter.js";
import { KERNEL_SETTINGS } from "./layer-settings.js";

const emit: LayerEmitter = ({ graph, weights }, step, input) => {
  if (input.layout !== "flat") {
    throw new UnsupportedLayerError({
      layer: step.layer,
      layerClass: step.layerClass,
      supported: ["inputs of shape [N, features]"],
      message: `has an input of shape [N, ${step.inputShape.join(", ")}]`,
    });
  }
  const [kernelInfo, biasInfo] = step.weights;
  const kernel = weights.weight(graph, kernelInfo!);
  const bias = biasInfo === undefined ? [] : [weights.weight(graph, biasInfo)];
  const name = graph.op("Gemm", [input.name, kernel, ...bias]);
  return {
    output: { name, shape: step.outputShape, layout: "flat" },
    backward(gradient, needs) {
      const byWeight = new Map<string, string>();
      if (needs.weights) {
        byWeight.set(kernelInfo!.name, graph.op("Gemm", [input.name, gradient.name], { transA: { int: 1 } }));
        if (biasInfo !== undefined) {
          byWeight.set(
            biasInfo.name,
            graph.op("ReduceSum", [gradient.name, graph.integers([0])], { keepdims: { int: 0 } }),
          );
        }
      }
      if (!needs.input) return { weights: byWeight };
      const dx = graph.op("Gemm", [gradient.name, kernel], { transB: { int: 1 } });
      return { input: { name: dx, shape: step.inputShape, layout: "flat" }, weights: byWeight };
    },
  };
};

/** `[N, in]` × kernel `[in, out]` + bias. */
export const dense: LayerKind = { settings: { ...KERNEL_SETTINGS, units: "ignored" }, emit };
