import { InvalidArgumentError } from "@covidxr/core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/** The two parts of a model that trains on top of a frozen backbone. */
export interface ModelSplit {
  /** Last layer of the frozen prefix, which never changes and runs once per image. */
  readonly prefixTo: string;
  /** First layer of the tail, which trains. */
  readonly tailFrom: string;
}

/**
 * Splits a model before its first layer with a trainable weight: in the study behind block5_conv2.
 *
 * @throws {InvalidArgumentError} when nothing is trainable, or nothing is frozen before it.
 *
 * @example
 * ```ts
 * import "@tensorflow/tfjs-backend-cpu";
 * import { splitModel } from "@covidxr/training";
 * import { layers, sequential } from "@tensorflow/tfjs-layers";
 *
 * const model = sequential();
 * model.add(layers.conv2d({ inputShape: [32, 32, 3], filters: 8, kernelSize: 3, name: "frozen", trainable: false }));
 * model.add(layers.globalAveragePooling2d({ name: "pool" }));
 * model.add(layers.dense({ units: 1, activation: "sigmoid", name: "output" }));
 * splitModel(model); // { prefixTo: 'pool', tailFrom: 'output' }
 * ```
 */
export function splitModel(model: LayersModel): ModelSplit {
  const first = model.layers.findIndex((layer) => layer.trainableWeights.length > 0);
  const before = model.layers[first - 1];
  if (first < 0 || before === undefined || before.getClassName() === "InputLayer") {
    throw new InvalidArgumentError({
      parameter: "model",
      value: first < 0 ? "nothing trainable" : "nothing frozen",
      message: `expected a frozen prefix and a trainable tail, got ${
        first < 0 ? "no trainable weight" : "a first layer that is trainable"
      }; set \`trainable\` of the layers`,
    });
  }
  return { prefixTo: before.name, tailFrom: model.layers[first]!.name };
}
