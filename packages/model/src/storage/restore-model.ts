import { io, type Tensor, tidy } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { firstNotFinite } from "../weights/model-weights.js";
import { build, shapeFault } from "./building.js";
import { checkTopology } from "./check-topology.js";
import { corrupt, reasonOf } from "./faults.js";
import { classOf, type LayerConfig } from "./layer-config.js";
import type { WeightGroup } from "./weights-manifest.js";

/** A group of weights with the content of its files. */
export interface LoadedGroup extends Pick<WeightGroup, "specs"> {
  readonly values: Uint8Array;
}

/**
 * Builds a network by its description, with its weights, and with what was frozen frozen. Leaves no tensor behind when it
 * fails. Weights of an optimiser are left out.
 *
 * @throws {FileError} when the description is not one that TensorFlow.js can follow, or has other weights.
 */
export function restoreModel(topology: unknown, groups: readonly LoadedGroup[], path: string): LayersModel {
  const values = countValues(groups);
  const root = checkTopology(topology, values, path);
  let dispose = () => {};
  try {
    // Weights are zero until they are loaded: drawing those of VGG19 takes seconds.
    const built = build(values, () => classOf(root.className, path)(root.config, true) as LayersModel);
    dispose = built.dispose;
    const model = built.result;
    const fault = shapeFault(model);
    if (fault !== undefined) throw new Error(fault);
    loadUnconstrained(model, groups);
    freeze(model, root);
    const broken = firstNotFinite(model);
    if (broken !== undefined) throw new Error(`weight ${broken} has a value that is not finite`);
    return model;
  } catch (cause) {
    dispose();
    throw corrupt(path, reasonOf(cause), cause);
  }
}

/** How many values the weights have that are saved. */
function countValues(groups: readonly LoadedGroup[]): number {
  const sizes = groups.flatMap(({ specs }) =>
    specs.map(({ shape }) => shape.reduce((product, side) => product * side, 1)),
  );
  return sizes.reduce((total, size) => total + size, 0);
}

/** Loads weights as they were saved: TensorFlow.js would apply the layers' constraints to them. */
function loadUnconstrained(model: LayersModel, groups: readonly LoadedGroup[]): void {
  const variables = model.weights as unknown as { constraint: unknown }[];
  const constraints = variables.map(({ constraint }) => constraint);
  for (const variable of variables) variable.constraint = null;
  tidy(() => model.loadWeights(decode(groups), true));
  for (const [i, variable] of variables.entries()) variable.constraint = constraints[i];
}

function decode(groups: readonly LoadedGroup[]): Record<string, Tensor> {
  const weights: Record<string, Tensor> = {};
  for (const { specs, values } of groups) {
    const data = values.buffer.slice(values.byteOffset, values.byteOffset + values.byteLength);
    const decoded = io.decodeWeights(data as ArrayBuffer, [...specs]);
    for (const { name, group } of specs) if (group !== "optimizer") weights[name] = decoded[name]!;
  }
  return weights;
}

/** TensorFlow.js restores what is frozen of a layer, not of a network. */
function freeze(model: LayersModel, { config }: LayerConfig): void {
  for (const inner of config.layers as LayerConfig[]) {
    if (Array.isArray(inner.config.layers)) {
      freeze(model.getLayer(inner.config.name as string) as unknown as LayersModel, inner);
    }
  }
  if (config.trainable === false) model.trainable = false;
}
