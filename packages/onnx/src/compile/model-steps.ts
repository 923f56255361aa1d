import { InvalidArgumentError, UnsupportedLayerError } from "@covidxr/core";
import type { LayersModel, layers, SymbolicTensor } from "@tensorflow/tfjs-layers";
import type { Step } from "../layers/layer-emitter.js";
import { emitterFor } from "../layers/registry.js";

/** Which part of a model to compile; both ends are included. */
export interface LayerRange {
  /** Name of the first layer. @defaultValue the model's first */
  readonly from?: string;
  /** Name of the last layer. @defaultValue the model's last */
  readonly to?: string;
}

/** A part of a model as a chain of steps. */
export interface StepChain {
  readonly steps: readonly Step[];
  /** Shape of the chain's input without the batch. */
  readonly inputShape: readonly number[];
  /** Shape of the chain's output without the batch. */
  readonly outputShape: readonly number[];
  /** Current value of a weight by its name `layer/kernel`, in Keras' layout. */
  readonly values: (name: string) => Float32Array;
  /** Names of the weights that training may change. */
  readonly trainable: ReadonlySet<string>;
}

type Layer = layers.Layer;

/**
 * Reads a model as a chain of steps. A layer with an activation of its own becomes two steps.
 *
 * @throws {UnsupportedLayerError} on a layer that cannot be compiled, and on one that does not follow the layer
 * before it (branches and merges).
 * @throws {InvalidArgumentError} on a range that the model does not have.
 */
export function modelSteps(model: LayersModel, range: LayerRange = {}): StepChain {
  const chain = model.layers;
  chain.forEach((layer, i) => {
    if (i > 0) requireFollows(layer, chain[i - 1]!);
  });
  const first = range.from === undefined ? 0 : indexOf(chain, "from", range.from);
  const last = range.to === undefined ? chain.length - 1 : indexOf(chain, "to", range.to);
  const selected = chain.slice(first, last + 1).filter((layer) => layer.getClassName() !== "InputLayer");
  if (selected.length === 0) {
    throw new InvalidArgumentError({
      parameter: "range",
      value: range,
      message: `expected at least one layer after the input, got from ${range.from} to ${range.to}`,
    });
  }
  const weights = new Map<string, () => Float32Array>();
  const trainable = new Set<string>();
  const steps = selected.flatMap((layer) => stepsOf(layer, weights, trainable));
  return {
    steps,
    inputShape: steps[0]!.inputShape,
    outputShape: steps.at(-1)!.outputShape,
    values: (name) => weights.get(name)!(),
    trainable,
  };
}

function stepsOf(
  layer: Layer,
  weights: Map<string, () => Float32Array>,
  trainable: Set<string>,
): readonly Step[] {
  const layerClass = layer.getClassName();
  emitterFor({ layer: layer.name, layerClass });
  const config = layer.getConfig() as Record<string, unknown>;
  const infos = layer.weights.map((weight) => {
    const name = `${layer.name}/${weight.originalName.split("/").at(-1)}`;
    weights.set(name, () => weight.read().dataSync() as Float32Array);
    if (layer.trainableWeights.includes(weight)) trainable.add(name);
    return { name, shape: weight.shape as number[] };
  });
  const inputShape = shapeOf(layer, "input");
  const outputShape = shapeOf(layer, "output");
  const own: Step = { layer: layer.name, layerClass, config, inputShape, outputShape, weights: infos };
  const activation = config.activation;
  if (
    layerClass === "Activation" ||
    activation === undefined ||
    activation === null ||
    activation === "linear"
  ) {
    return [own];
  }
  const behind: Step = {
    layer: layer.name,
    layerClass: "Activation",
    config: { activation },
    inputShape: outputShape,
    outputShape,
    weights: [],
  };
  return [own, behind];
}

function shapeOf(layer: Layer, end: "input" | "output"): readonly number[] {
  const symbolic = (end === "input" ? layer.getInputAt(0) : layer.getOutputAt(0)) as SymbolicTensor;
  const shape = symbolic.shape.slice(1);
  if ((shape.length !== 1 && shape.length !== 3) || shape.some((size) => size === null)) {
    throw new UnsupportedLayerError({
      layer: layer.name,
      layerClass: layer.getClassName(),
      supported: ["[N, H, W, C]", "[N, features]", "all sizes but the batch known"],
      message: `has ${end === "input" ? "an input" : "an output"} of shape [N, ${shape.join(", ")}]`,
    });
  }
  return shape as number[];
}

function requireFollows(layer: Layer, before: Layer): void {
  const follows = layer.inboundNodes.some(
    (node) => node.inboundLayers.length === 1 && node.inboundLayers[0] === before,
  );
  if (follows) return;
  throw new UnsupportedLayerError({
    layer: layer.name,
    layerClass: layer.getClassName(),
    supported: ["models whose layers form one chain"],
    message: `does not follow "${before.name}" alone`,
  });
}

function indexOf(chain: readonly Layer[], parameter: "from" | "to", name: string): number {
  const index = chain.findIndex((layer) => layer.name === name);
  if (index >= 0) return index;
  throw new InvalidArgumentError({
    parameter,
    value: name,
    message: `expected the name of a layer, got "${name}"; the model has ${chain.map((l) => l.name).join(", ")}`,
  });
}
