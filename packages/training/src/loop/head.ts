import { InvalidArgumentError } from "@covidxr/core";
import { checkArguments } from "@covidxr/core/internal";
import type { LossName } from "@covidxr/onnx";
import { layerChain } from "@covidxr/onnx/internal";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/** The loss that fits what a head gives: of sigmoids one probability each, of a softmax one for each class. */
const LOSS_OF: Readonly<Record<string, LossName>> = {
  sigmoid: "binaryCrossentropy",
  softmax: "categoricalCrossentropy",
};

const ADVICE =
  'end it with dense({ units: 1, activation: "sigmoid" }) for two classes, or dense({ units: K, activation: "softmax" }) for K';

/**
 * The loss that a model is trained, validated and evaluated with: its head decides.
 *
 * @param wanted What the caller asks for. @defaultValue what fits
 * @throws {InvalidArgumentError} with parameter `"model"` on a head that gives no probabilities, with parameter `"loss"` on
 * a loss that does not fit it.
 */
export function lossOf(model: LayersModel, wanted?: LossName, parameter = "loss"): LossName {
  const { name, activation, units } = headOf(model);
  const loss = LOSS_OF[activation];
  const told = `layer "${name}" with ${units} unit${units === 1 ? "" : "s"} and activation ${activation}`;
  if (loss === undefined) {
    throw new InvalidArgumentError({
      parameter: "model",
      value: activation,
      message: `expected a head that gives probabilities, got ${told}; ${ADVICE}`,
    });
  }
  if (activation === "softmax" && units === 1) {
    throw new InvalidArgumentError({
      parameter: "model",
      value: units,
      message: `expected a softmax of 2 units or more, got ${told}, which gives 1 for every image; ${ADVICE}`,
    });
  }
  if (wanted !== undefined && wanted !== loss) {
    throw new InvalidArgumentError({
      parameter,
      value: wanted,
      message: `expected "${loss}", which fits ${told}, got "${wanted}"; leave it out, or change the head`,
    });
  }
  return loss;
}

/**
 * The layer at a model's end, that of a network inside it too.
 *
 * @throws {InvalidArgumentError} with parameter `"model"` on outputs that are images.
 */
export function headOf(model: LayersModel): { name: string; activation: string; units: number } {
  checkArguments({ model }, { model: "model" });
  const { layer, outputShape } = layerChain(model).at(-1)!;
  if (outputShape.length !== 1) {
    throw new InvalidArgumentError({
      parameter: "model",
      value: outputShape,
      message: `expected an output of shape [N, units], got [N, ${outputShape.join(", ")}] of layer "${layer.name}"; ${ADVICE}`,
    });
  }
  const { activation } = layer.getConfig();
  const ownClass = layer.getClassName();
  return {
    name: layer.name,
    activation:
      ownClass === "Softmax" ? "softmax" : typeof activation === "string" ? activation : `none (${ownClass})`,
    units: outputShape[0] ?? 1,
  };
}
