import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import type { ModelMetadata } from "../storage/model-metadata.js";
import { writeWeights } from "../weights/model-weights.js";

/** Two dense layers, [2, 3] and [3, 1], each with a bias; kernels are ones. */
export function smallModel(): LayersModel {
  return sequential({
    layers: [
      layers.dense({ units: 3, inputShape: [2], kernelInitializer: "ones", name: "dense" }),
      layers.dense({ units: 1, kernelInitializer: "ones", name: "output" }),
    ],
  });
}

/** A frozen convolution and a sigmoid unit on [N, 4, 5, 3]; `scale` makes the values of two models differ. */
export function tinyModel(scale: number): LayersModel {
  const model = sequential({
    layers: [
      layers.conv2d({ inputShape: [4, 5, 3], filters: 2, kernelSize: 3, trainable: false, name: "conv" }),
      layers.flatten({ name: "flatten" }),
      layers.dense({ units: 1, activation: "sigmoid", name: "output" }),
    ],
  });
  const wave = (shape: number[]) => ({
    shape,
    values: Float32Array.from(
      { length: shape.reduce((n, side) => n * side, 1) },
      (_, i) => scale * Math.sin(i),
    ),
  });
  writeWeights(
    model,
    new Map([
      ["conv/kernel", wave([3, 3, 3, 2])],
      ["output/kernel", wave([12, 1])],
    ]),
  );
  return model;
}

export const METADATA: ModelMetadata = {
  preprocessing: "rescale",
  resize: "nearest",
  inputSize: { height: 4, width: 5 },
  threshold: 0.7,
  classes: ["negative", "COVID-19"],
  provenance: { seed: 42, data: { images: 304, digest: "ab" }, notes: ["für Forschung", null, true] },
};
