import { UnsupportedLayerError } from "@covidxr/core";
import type { GraphBuilder } from "../graph/graph-builder.js";
import { inLayoutOf, type LayerValue } from "../graph/layer-value.js";
import type { LayerEmitter, LayerKind } from "./layer-emitter.js";

interface ActivationFunction {
  forward(graph: GraphBuilder, x: LayerValue): string;
  /** Gradient in the input, from the output `y` and the gradient `dy` in it. */
  backward(graph: GraphBuilder, y: LayerValue, dy: string): string;
}

/** Axis of the channels, over which softmax normalises. */
const channelAxis = (value: LayerValue): number => (value.layout === "channels-first" ? 1 : -1);

const FUNCTIONS: Readonly<Record<string, ActivationFunction>> = {
  linear: {
    forward: (_graph, x) => x.name,
    backward: (_graph, _y, dy) => dy,
  },
  relu: {
    forward: (graph, x) => graph.op("Relu", [x.name]),
    // A comparison and a cast take two thirds of the time of Sign.
    backward: (graph, y, dy) => {
      const passedOn = graph.op("Greater", [y.name, graph.scalar(0)]);
      return graph.op("Mul", [dy, graph.op("Cast", [passedOn], { to: { int: 1 } })]);
    },
  },
  sigmoid: {
    forward: (graph, x) => graph.op("Sigmoid", [x.name]),
    backward: (graph, y, dy) => {
      const complement = graph.op("Sub", [graph.scalar(1), y.name]);
      return graph.op("Mul", [dy, graph.op("Mul", [y.name, complement])]);
    },
  },
  softmax: {
    forward: (graph, x) => graph.op("Softmax", [x.name], { axis: { int: channelAxis(x) } }),
    backward: (graph, y, dy) => {
      const weighted = graph.op("Mul", [dy, y.name]);
      const total = graph.op("ReduceSum", [weighted, graph.integers([channelAxis(y)])]);
      return graph.op("Mul", [y.name, graph.op("Sub", [dy, total])]);
    },
  },
};

/** Names of the activations that can be compiled. */
const ACTIVATIONS: readonly string[] = Object.keys(FUNCTIONS);

const emit: LayerEmitter = ({ graph }, step, input) => {
  const name = String(step.config.activation);
  const apply = FUNCTIONS[name];
  if (apply === undefined) {
    throw new UnsupportedLayerError({
      layer: step.layer,
      layerClass: step.layerClass,
      supported: ACTIVATIONS,
      message: `has the activation "${name}", which is not supported`,
    });
  }
  const output: LayerValue = { ...input, name: apply.forward(graph, input) };
  return {
    output,
    backward(gradient, needs) {
      if (!needs.input) return {};
      const dy = inLayoutOf(graph, gradient, output);
      return { input: { ...output, name: apply.backward(graph, output, dy.name) } };
    },
  };
};

/** An element-wise activation, or softmax over the channels. */
export const activation: LayerKind = { settings: { activation: "read" }, emit };
