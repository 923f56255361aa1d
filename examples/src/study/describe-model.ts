import type { LayersModel } from "@tensorflow/tfjs-layers";

/** What `run.json` says of the network. */
export interface ModelDescription {
  readonly name: string;
  /** Weights and biases, all and those that train. */
  readonly parameters: number;
  readonly trainable: number;
}

/** The study's network, as `buildModel` makes it at its defaults. */
const NAME = "VGG19, 4×4 average pooling, dense 128, dropout 0.5, sigmoid";

/** Name and size of the study's network. */
export function describeModel(model: LayersModel): ModelDescription {
  return {
    name: NAME,
    parameters: countValues(model.weights),
    trainable: countValues(model.trainableWeights),
  };
}

function countValues(weights: LayersModel["weights"]): number {
  return weights.reduce((total, { shape }) => total + shape.reduce<number>((n, side) => n * side!, 1), 0);
}
