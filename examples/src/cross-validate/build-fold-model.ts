import { buildModel } from "@covidxr/model";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { CrossValidateOptions } from "../run/options/cross-validate-options.js";

/**
 * A model for one pass: the head starts by the pass' seed, the backbone as in `base`, with which the features were
 * computed.
 */
export async function buildFoldModel(
  base: LayersModel,
  options: CrossValidateOptions,
  seed: number,
): Promise<LayersModel> {
  const model = await buildModel({ ...options, seed });
  // Weights from a file are the same for every seed already.
  if (options.weights === "random") {
    for (const layer of base.layers.filter(({ name }) => name.startsWith("block"))) {
      model.getLayer(layer.name).setWeights(layer.getWeights());
    }
  }
  return model;
}
