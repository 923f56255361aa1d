import { InvalidArgumentError } from "@covidxr/core";
import { headOf } from "@covidxr/training/internal";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/**
 * Checks that a network takes one RGB image and gives probabilities: those of one sigmoid unit, or of softmax over classes.
 *
 * @throws {InvalidArgumentError} (`model`) saying what it takes or gives instead.
 * @throws {UnsupportedLayerError} where its layers form no chain.
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
  const { name, activation, units } = headOf(model);
  if ((activation === "sigmoid" && units === 1) || (activation === "softmax" && units > 1)) return;
  const got = `${units} ${activation} ${units === 1 ? "unit" : "units"}`;
  throw refused(
    got,
    `a network that ends in one sigmoid unit or in softmax over two or more classes, got one whose last layer "${name}" has ${got}`,
    "put such a layer at its end",
  );
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
