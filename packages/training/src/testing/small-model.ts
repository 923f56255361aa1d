import { createRng } from "@covidxr/core";
import { randomizeWeights } from "@covidxr/testing";
import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import type { LabelledFeatures } from "../loop/labelled-features.js";

export const IMAGE_SHAPE = [8, 6, 3] as const;
export const FEATURE_SHAPE = [8, 6, 4] as const;

/** A model of the study's form in small: a frozen convolution, then a convolution and a head that train. */
export function smallModel(options: { dropout?: number } = {}): LayersModel {
  const model = sequential({ name: "small" });
  model.add(layers.inputLayer({ inputShape: [...IMAGE_SHAPE], name: "image" }));
  model.add(
    layers.conv2d({
      name: "frozen",
      filters: 4,
      kernelSize: 3,
      padding: "same",
      activation: "relu",
      trainable: false,
    }),
  );
  model.add(layers.conv2d({ name: "conv", filters: 5, kernelSize: 3, padding: "same", activation: "relu" }));
  model.add(layers.maxPooling2d({ name: "pool", poolSize: 2 }));
  model.add(layers.flatten({ name: "flat" }));
  model.add(layers.dense({ name: "dense", units: 8, activation: "relu" }));
  model.add(layers.dropout({ name: "dropout", rate: options.dropout ?? 0.5 }));
  model.add(layers.dense({ name: "output", units: 1, activation: "sigmoid" }));
  randomizeWeights(model);
  return model;
}

/** Features whose class shows in the mean of the first channel, with noise. */
export function separableFeatures(count: number, seed: number): LabelledFeatures {
  const size = FEATURE_SHAPE.reduce((a, b) => a * b, 1);
  const labels = Array.from({ length: count }, (_, i) => i % 2);
  const values = labels.map((label, index) => {
    const rng = createRng(seed, { purpose: "features", index });
    return Float32Array.from({ length: size }, (_, i) => rng.uniform() + (i % 4 === 0 ? label : 0));
  });
  return { values, labels };
}

/** All weights of a model, layer by layer. */
export function weightsOf(model: LayersModel): number[] {
  return model.layers.flatMap((layer) => layer.weights.flatMap((weight) => [...weight.read().dataSync()]));
}
