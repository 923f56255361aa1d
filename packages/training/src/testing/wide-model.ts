import { initializers, type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import { IMAGE_SHAPE } from "./shapes.js";

/** A model with 400,000 weights in its head, so that checkpoints and gradients have a size that shows. */
export function wideModel(): LayersModel {
  const kernelInitializer = initializers.heUniform({ seed: 1 });
  const model = sequential({ name: "wide" });
  model.add(layers.inputLayer({ inputShape: [...IMAGE_SHAPE], name: "image" }));
  model.add(
    layers.conv2d({
      name: "frozen",
      filters: 4,
      kernelSize: 3,
      padding: "same",
      trainable: false,
      kernelInitializer,
    }),
  );
  model.add(layers.flatten({ name: "flat" }));
  model.add(layers.dense({ name: "dense", units: 2000, activation: "relu", kernelInitializer }));
  model.add(layers.dropout({ name: "dropout", rate: 0.5 }));
  model.add(layers.dense({ name: "output", units: 1, activation: "sigmoid", kernelInitializer }));
  return model;
}
