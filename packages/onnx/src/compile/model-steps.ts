import { InvalidArgumentError, UnsupportedLayerError } from "@covidxr/core";
import type { OptionKinds } from "@covidxr/core/internal";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { WeightInfo } from "../graph/weight-source.js";
import type { Step } from "../layers/layer-emitter.js";
import { INPUT_SETTINGS, readSettings } from "../layers/layer-settings.js";
import { kindOf } from "../layers/registry.js";
import { type ChainLayer, layerChain } from "./layer-chain.js";
import { penaltyOf } from "./penalties.js";

/** Which part of a model to compile; both ends are included. */
export interface LayerRange {
  /** Name of the first layer. @defaultValue the model's first */
  readonly from?: string;
  /** Name of the last layer. @defaultValue the model's last */
  readonly to?: string;
}

/** How {@link LayerRange} is written. */
export const RANGE: OptionKinds<LayerRange> = { from: "string?", to: "string?" };

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
  /** Whether the chain begins with the model's own input. */
  readonly fromInput: boolean;
}

/**
 * Reads a model as a chain of steps. A layer with an activation of its own becomes two steps.
 *
 * @param training Whether the chain is to be trained, so that settings count which do nothing at inference.
 * @throws {UnsupportedLayerError} on a layer that cannot be compiled, a setting that is not computed, and on one that does
 * not follow the layer before it (branches and merges).
 * @throws {InvalidArgumentError} on a range that the model does not have, and on several inputs or outputs.
 */
export function modelSteps(model: LayersModel, range: LayerRange = {}, training = false): StepChain {
  const chain = layerChain(model);
  const first = range.from === undefined ? 0 : indexOf(chain, "from", range.from);
  const last = range.to === undefined ? chain.length - 1 : indexOf(chain, "to", range.to);
  const selected = chain.slice(first, last + 1).filter(({ layer }) => !isInput(layer));
  if (selected.length === 0) {
    throw new InvalidArgumentError({
      parameter: "range",
      value: range,
      message: `expected at least one layer after the input, got from ${range.from} to ${range.to}`,
    });
  }
  readSettings(described(chain[0]!), INPUT_SETTINGS, training);
  const collected: Collected = {
    values: new Map(),
    trainable: new Set(),
    // Of the model, since a model that is frozen as a whole freezes its layers.
    trained: new Set(model.trainableWeights),
    training,
  };
  const steps = selected.flatMap((layer) => stepsOf(layer, collected));
  return {
    steps,
    inputShape: steps[0]!.inputShape,
    outputShape: steps.at(-1)!.outputShape,
    values: (name) => collected.values.get(name)!(),
    trainable: collected.trainable,
    fromInput: first <= chain.findIndex(({ layer }) => !isInput(layer)),
  };
}

type Layer = ChainLayer["layer"];

const isInput = (layer: Layer): boolean => layer.getClassName() === "InputLayer";

/** What is gathered from the layers' weights. */
interface Collected {
  readonly values: Map<string, () => Float32Array>;
  readonly trainable: Set<string>;
  readonly trained: ReadonlySet<Layer["weights"][number]>;
  readonly training: boolean;
}

function described({ layer }: ChainLayer) {
  return {
    layer: layer.name,
    layerClass: layer.getClassName(),
    config: layer.getConfig() as Record<string, unknown>,
  };
}

function stepsOf(place: ChainLayer, collected: Collected): readonly Step[] {
  const { layer } = place;
  const { config, ...names } = described(place);
  const { layerClass } = names;
  const { settings } = kindOf(names);
  requireOwnClass(layer);
  const { activation = "linear", ...own } = readSettings({ ...names, config }, settings, collected.training);
  const weights = weightsOf(layer, config, collected);
  const inputShape = shapeOf(place, "input");
  const outputShape = shapeOf(place, "output");
  const behind: Step = {
    layer: layer.name,
    layerClass: "Activation",
    config: { activation },
    inputShape: outputShape,
    outputShape,
    weights: [],
  };
  if (layerClass === "Activation") return [behind];
  const step: Step = { ...names, config: own, inputShape, outputShape, weights };
  return activation === "linear" ? [step] : [step, behind];
}

/** Kernel and bias, in this order; the layer itself lists trainable weights first. */
function weightsOf(layer: Layer, config: Readonly<Record<string, unknown>>, collected: Collected) {
  const bySuffix = new Map(layer.weights.map((weight) => [weight.originalName.split("/").at(-1)!, weight]));
  return ["kernel", "bias"].flatMap((suffix): WeightInfo[] => {
    const weight = bySuffix.get(suffix);
    if (weight === undefined) return [];
    const name = `${layer.name}/${suffix}`;
    collected.values.set(name, () => weight.read().dataSync() as Float32Array);
    const info = { name, shape: weight.shape as number[] };
    if (!collected.trained.has(weight)) return [info];
    collected.trainable.add(name);
    const penalty = penaltyOf(layer, suffix, config);
    return [penalty === undefined ? info : { ...info, penalty }];
  });
}

/** A class of the user's that extends a layer's may compute something else under the same name. */
function requireOwnClass(layer: Layer): void {
  if (Object.hasOwn(layer.constructor, "className")) return;
  throw new UnsupportedLayerError({
    layer: layer.name,
    layerClass: layer.getClassName(),
    supported: ["TensorFlow.js' own layers"],
    message: `is of the class ${layer.constructor.name}, which extends it`,
  });
}

function shapeOf(place: ChainLayer, end: "input" | "output"): readonly number[] {
  const shape = end === "input" ? place.inputShape : place.outputShape;
  if ((shape.length !== 1 && shape.length !== 3) || shape.some((size) => size === null || size < 1)) {
    throw new UnsupportedLayerError({
      layer: place.layer.name,
      layerClass: place.layer.getClassName(),
      supported: ["[N, H, W, C]", "[N, features]", "all sizes but the batch known and 1 or more"],
      message: `has ${end === "input" ? "an input" : "an output"} of shape [N, ${shape.join(", ")}]`,
    });
  }
  return shape as number[];
}

function indexOf(chain: readonly ChainLayer[], parameter: "from" | "to", name: string): number {
  const index = chain.findIndex(({ layer }) => layer.name === name);
  if (index >= 0) return index;
  throw new InvalidArgumentError({
    parameter,
    value: name,
    message: `expected the name of a layer, got "${name}"; the model has ${chain.map(({ layer }) => layer.name).join(", ")}`,
  });
}
