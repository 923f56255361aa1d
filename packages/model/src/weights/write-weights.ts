import type { LayersModel } from "@tensorflow/tfjs-layers";
import { type NamedWeights, setWeights, type WeightValues } from "./named-weights.js";

/**
 * Sets the weights that `weights` names and leaves the others. The values are copied, so the caller may go on
 * writing to its arrays. All are checked before the first is set; no tensor is left behind.
 *
 * @param weights By `layer/weight`, as `readWeights` gives them.
 * @throws {InvalidArgumentError} (`weights`) on a name that the model lacks or a shape that differs.
 */
export function writeWeights(model: LayersModel, weights: ReadonlyMap<string, WeightValues>): void {
  const copies: NamedWeights = new Map();
  for (const [name, { shape, values }] of weights) copies.set(name, { shape, values: values.slice() });
  setWeights(model, copies);
}
