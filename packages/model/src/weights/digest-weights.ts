import { createHash } from "node:crypto";
import { InvalidArgumentError } from "@covidxr/core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { namedVariables } from "./named-weights.js";

/** Options of {@link digestWeights}. */
export interface DigestWeightsOptions {
  /** Layers to take in, by name. @defaultValue all layers */
  readonly layers?: readonly string[];
}

/**
 * SHA-256 (hexadecimal) over the names, shapes and values (float32, little-endian) of a model's weights, in the
 * order of its layers. Two models agree exactly when those weights are the same bit for bit; how a model was
 * built, saved or loaded does not enter, nor what stands in its other layers.
 *
 * @throws {InvalidArgumentError} (`layers`) on a layer that the model lacks.
 */
export function digestWeights(model: LayersModel, options: DigestWeightsOptions = {}): string {
  const present = new Set(model.layers.map((layer) => layer.name));
  for (const layer of options.layers ?? []) {
    if (!present.has(layer)) {
      throw new InvalidArgumentError({
        parameter: "layers",
        value: layer,
        message: `expected layers of this model, got "${layer}"; it has ${[...present].join(", ")}`,
      });
    }
  }
  const chosen = options.layers === undefined ? present : new Set(options.layers);
  const hash = createHash("sha256");
  for (const [name, variable] of namedVariables(model)) {
    if (!chosen.has(name.slice(0, name.lastIndexOf("/")))) continue;
    const values = variable.read().dataSync();
    hash.update(JSON.stringify([name, variable.shape]));
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest("hex");
}
