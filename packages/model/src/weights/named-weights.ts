import { InvalidArgumentError } from "@covidxr/core";
import { tensor, tidy } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/** Values of one weight, row-major in the layer's own layout (kernels HWIO or [in, out]). */
export interface WeightValues {
  readonly shape: readonly number[];
  /** As many values as `shape` multiplies to. */
  readonly values: Float32Array;
}

/** Weights by `layer/weight`, such as `"block5_conv3/kernel"` or `"dense/bias"`. */
export type NamedWeights = Map<string, WeightValues>;

type Variable = LayersModel["weights"][number];

/** Variables of a model by `layer/weight`, in the order of its layers. */
export function namedVariables(model: LayersModel): Map<string, Variable> {
  const variables = new Map<string, Variable>();
  for (const layer of model.layers) {
    // `originalName` ends in the weight's own name; what stands before depends on the scopes it was built in.
    for (const weight of layer.weights) {
      variables.set(`${layer.name}/${weight.originalName.split("/").at(-1)}`, weight);
    }
  }
  return variables;
}

/**
 * Sets weights by name. All are checked before the first is set. The values are handed over: on the CPU backend
 * the model keeps the arrays themselves, so the caller must not write to them again.
 *
 * @throws {InvalidArgumentError} (`weights`) on a name that the model lacks or a shape that differs.
 */
export function setWeights(model: LayersModel, weights: ReadonlyMap<string, WeightValues>): void {
  const variables = namedVariables(model);
  for (const [name, { shape, values }] of weights) {
    const variable = variables.get(name);
    if (variable === undefined) {
      throw new InvalidArgumentError({
        parameter: "weights",
        value: name,
        message: `expected names of this model's weights, got "${name}"; it has ${[...variables.keys()].join(", ")}`,
      });
    }
    const size = shape.reduce((product, side) => product * side, 1);
    if (String(variable.shape) !== String(shape) || size !== values.length) {
      throw new InvalidArgumentError({
        parameter: "weights",
        value: shape,
        message: `expected "${name}" of shape [${variable.shape}], got [${shape}] with ${values.length} values`,
      });
    }
  }
  tidy(() => {
    for (const [name, { shape, values }] of weights) {
      variables.get(name)!.write(tensor(values, [...shape], "float32"));
    }
  });
}
