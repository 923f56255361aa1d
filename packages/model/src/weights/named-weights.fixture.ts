import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";

/** Two dense layers, [2, 3] and [3, 1], each with a bias; kernels are ones. */
export function smallModel(): LayersModel {
  return sequential({
    layers: [
      layers.dense({ units: 3, inputShape: [2], kernelInitializer: "ones", name: "dense" }),
      layers.dense({ units: 1, kernelInitializer: "ones", name: "output" }),
    ],
  });
}
