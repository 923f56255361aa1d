import { randomizeWeights } from "@covidxr/testing";
import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";

import { IMAGE_SHAPE } from "./shapes.js";

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
