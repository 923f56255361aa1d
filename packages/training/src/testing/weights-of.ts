import type { LayersModel } from "@tensorflow/tfjs-layers";

/** All weights of a model, layer by layer. */
export function weightsOf(model: LayersModel): number[] {
  return model.layers.flatMap((layer) => layer.weights.flatMap((weight) => [...weight.read().dataSync()]));
}
