import type { LayersModel } from "@tensorflow/tfjs-layers";
import { type NamedWeights, namedVariables } from "./named-weights.js";

/**
 * Copies every weight of a model, in the order of its layers, under `layer/weight` names. Writing to the copies
 * leaves the model as it is; give them to `writeWeights` to change it. No tensor is left behind.
 */
export function readWeights(model: LayersModel): NamedWeights {
  const weights: NamedWeights = new Map();
  for (const [name, variable] of namedVariables(model)) {
    const values = Float32Array.from(variable.read().dataSync());
    weights.set(name, { shape: variable.shape as number[], values });
  }
  return weights;
}
