import { InvalidArgumentError } from "@covidxr/core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/**
 * Checks that a network takes one RGB image and gives probabilities: those of one sigmoid unit, or of softmax over classes.
 *
 * @throws {InvalidArgumentError} (`model`) saying what it takes or gives instead.
 */
export function checkNetwork(model: LayersModel): void {
  const shapes = model.inputs.map(({ shape }) => shape.slice(1));
  const [size] = shapes;
  if (shapes.length !== 1 || size?.length !== 3 || size[2] !== 3 || size.includes(null)) {
    const got = shapes.map((shape) => `[${shape.map((side) => side ?? "any").join(", ")}]`).join(" and ");
    throw refused(
      got,
      `a network that takes an RGB image, [height, width, 3], got one that takes ${got}`,
      "repeat the channel of a grey network in a first layer",
    );
  }
  const activation = finalActivation(model);
  const [units, ...more] = model.outputs[0]!.shape.slice(1);
  const isVector = model.outputs.length === 1 && more.length === 0 && typeof units === "number";
  if (isVector && ((activation === "sigmoid" && units === 1) || (activation === "softmax" && units > 1)))
    return;
  const got = isVector
    ? `${units} ${activation} ${units === 1 ? "unit" : "units"}`
    : `${model.outputs.length} outputs of shape ${model.outputs.map(({ shape }) => `[${shape.slice(1)}]`).join(", ")}`;
  throw refused(
    got,
    `a network that ends in one sigmoid unit or in softmax over two or more classes, got one that ends in ${got}`,
    "put such a layer at its end",
  );
}

/** The activation of the last layer, `"linear"` where it has none; of a network within the network, that of its last layer. */
function finalActivation(model: LayersModel): unknown {
  const last = model.outputs[0]!.sourceLayer as LayersModel["layers"][number];
  if ("layers" in last) return finalActivation(last as unknown as LayersModel);
  if (last.getClassName() === "Softmax") return "softmax";
  return last.getConfig().activation ?? "linear";
}

/**
 * Probabilities by class of a network's output for one image.
 *
 * @throws {InvalidArgumentError} (`model`) when the network computes none.
 */
export function probabilitiesOf(output: readonly number[], image: string): readonly number[] {
  const values = output.length === 1 ? [1 - output[0]!, output[0]!] : output;
  if (values.every((value) => value >= 0 && value <= 1)) return values;
  throw refused(
    values,
    `a network that computes probabilities, got ${values.join(", ")} for ${image}`,
    "its weights overflow: train it again with a lower learning rate",
  );
}

function refused(value: unknown, expectedAndGot: string, remedy: string): InvalidArgumentError {
  return new InvalidArgumentError({
    parameter: "model",
    value,
    message: `expected ${expectedAndGot}; ${remedy}`,
  });
}
