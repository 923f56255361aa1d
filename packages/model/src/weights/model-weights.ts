import { createHash } from "node:crypto";
import { InvalidArgumentError } from "@covidxr/core";
import { tensor, tidy } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/** Values of one weight. */
export interface WeightValues {
  readonly shape: readonly number[];
  /** Row-major in the layer's own layout (kernels HWIO or [in, out]); as many values as `shape` multiplies to. */
  readonly values: Float32Array;
}

/** Weights by `layer/weight`, such as `"block5_conv3/kernel"` or `"dense/bias"`. */
export type NamedWeights = Map<string, WeightValues>;

type Variable = LayersModel["weights"][number];

/** Variables of a model by `layer/weight`, in layer order. */
export function namedVariables(model: LayersModel): Map<string, Variable> {
  const variables = new Map<string, Variable>();
  for (const layer of model.layers) {
    // `originalName` ends in the weight's own name; its prefix depends on the scopes the layer was built in.
    for (const weight of layer.weights) {
      variables.set(`${layer.name}/${weight.originalName.split("/").at(-1)}`, weight);
    }
  }
  return variables;
}

/**
 * Sets weights by name. All are checked before the first is set. Ownership of the values passes to the model: the CPU
 * backend keeps the arrays themselves, so the caller must not write to them again.
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

/**
 * Copies every weight of a model, in layer order, by `layer/weight` name. Writing to the copies does not change the
 * model; pass them to {@link writeWeights} to do that. Leaves no tensor behind.
 */
export function readWeights(model: LayersModel): NamedWeights {
  const weights: NamedWeights = new Map();
  for (const [name, variable] of namedVariables(model)) {
    const values = new Float32Array(variable.read().dataSync());
    weights.set(name, { shape: variable.shape as number[], values });
  }
  return weights;
}

/**
 * Sets the named weights and leaves the others as they are. Values are copied, so the caller may reuse its arrays. All
 * are checked before the first is set; leaves no tensor behind.
 *
 * @param weights By `layer/weight`, as {@link readWeights} returns them.
 * @throws {InvalidArgumentError} (`weights`) on a name that the model lacks or a shape that differs.
 */
export function writeWeights(model: LayersModel, weights: ReadonlyMap<string, WeightValues>): void {
  const copies: NamedWeights = new Map();
  for (const [name, { shape, values }] of weights) copies.set(name, { shape, values: values.slice() });
  setWeights(model, copies);
}

/**
 * SHA-256 (hexadecimal) of the names, shapes and values (float32, little-endian) of a model's weights, in layer order.
 * Two digests are equal exactly when the weights are, bit for bit; how a model was built, saved or loaded does not
 * matter.
 *
 * @param options.layers Names of the layers to include. Default: all.
 * @throws {InvalidArgumentError} (`layers`) on a layer that the model lacks.
 */
export function digestWeights(
  model: LayersModel,
  options: { readonly layers?: readonly string[] } = {},
): string {
  const present = new Set(model.layers.map((layer) => layer.name));
  for (const layer of options.layers ?? []) {
    if (!present.has(layer)) {
      throw new InvalidArgumentError({
        parameter: "layers",
        value: layer,
        message: `expected layers of this model, got "${layer}"; it has ${[...present].join(", ")}`,
      });
    }
  }
  const chosen = new Set(options.layers ?? present);
  const hash = createHash("sha256");
  for (const [name, variable] of namedVariables(model)) {
    if (!chosen.has(name.slice(0, name.lastIndexOf("/")))) continue;
    const values = variable.read().dataSync();
    hash.update(JSON.stringify([name, variable.shape]));
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest("hex");
}
