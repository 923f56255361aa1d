import { createRng } from "@covidxr/core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { NamedWeights } from "../weights/named-weights.js";
import { glorotUniform, heNormal, heUniform } from "./initial-values.js";

const INITIALIZERS: Readonly<Record<string, typeof heNormal>> = { dense: heUniform, output: glorotUniform };

/**
 * Initial kernels of the layers named, without their biases, which start at zero: He uniform for `dense`, Glorot
 * uniform for `output`, He normal for the convolutions. Each layer draws from a stream of its own, so its values
 * depend on the seed, its name and its shape alone. Layers without weights are passed over.
 */
export function drawWeights(model: LayersModel, layers: readonly string[], seed: number): NamedWeights {
  const drawn: NamedWeights = new Map();
  for (const name of layers) {
    const kernel = model.getLayer(name).weights[0];
    if (kernel === undefined) continue;
    const shape = kernel.shape as number[];
    const rng = createRng(seed, { purpose: `initial weights of ${name}` });
    drawn.set(`${name}/kernel`, { shape, values: (INITIALIZERS[name] ?? heNormal)(rng, shape) });
  }
  return drawn;
}
