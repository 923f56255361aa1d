import { createHash } from "node:crypto";
import { InvalidArgumentError } from "@covidxr/core";
import { checkArguments, checkOptions, describeValue } from "@covidxr/core/internal";
import { type Variable as TensorVariable, tensor, tidy } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { blankKernel } from "./blank-kernel.js";

/** Values of one weight. */
export interface WeightValues {
  readonly shape: readonly number[];
  /** Row-major in the layer's own layout (kernels HWIO or [in, out]); as many values as `shape` multiplies to. */
  readonly values: Float32Array;
}

/** Weights by `layer/weight`, such as `"block5_conv3/kernel"`; of a network within the network `"vgg19/block5_conv3/kernel"`. */
export type NamedWeights = Map<string, WeightValues>;

type Variable = LayersModel["weights"][number];

/** A variable of a model, its name, and the layer that holds it with the networks around that layer. */
interface PlacedVariable {
  readonly name: string;
  readonly variable: Variable;
  readonly layers: readonly string[];
}

function placedVariables(layers: LayersModel["layers"], around: readonly string[] = []): PlacedVariable[] {
  return layers.flatMap((layer): PlacedVariable[] => {
    const path = [...around.slice(-1), layer.name].join("/");
    const within = [...around, path];
    if ("layers" in layer) return placedVariables((layer as unknown as LayersModel).layers, within);
    // `originalName` ends in the weight's own name; its prefix depends on the scopes the layer was built in.
    return layer.weights.map((variable) => ({
      name: `${path}/${variable.originalName.split("/").at(-1)}`,
      variable,
      layers: within,
    }));
  });
}

/**
 * Variables of a model by `layer/weight`, in layer order.
 *
 * @throws {InvalidArgumentError} (`model`) when a name would stand for two weights, or a weight would have two names.
 */
export function namedVariables(model: LayersModel): Map<string, Variable> {
  const variables = new Map<string, Variable>();
  const names = new Map<Variable, string>();
  for (const { name, variable } of placedVariables(model.layers)) {
    const other = names.get(variable);
    if (variables.has(name) || other !== undefined) {
      throw new InvalidArgumentError({
        parameter: "model",
        value: name,
        message:
          `expected a model whose weights have one name each, got ${other === undefined ? `two named "${name}"` : `one named both "${other}" and "${name}"`}; ` +
          "give layers other names, use each in one network only, and no wrapper such as Bidirectional",
      });
    }
    variables.set(name, variable);
    names.set(variable, name);
  }
  return variables;
}

/** Name of the first weight that has a value which is not finite; undefined when all are. */
export function firstNotFinite(model: LayersModel): string | undefined {
  return placedVariables(model.layers).find(({ variable }) => !areFinite(variable.read().dataSync()))?.name;
}

/** The first weight that lost its values, with what is wrong with it, as {@link blankKernel}; undefined when there is none. */
export function firstBlank(model: LayersModel): string | undefined {
  for (const { name, variable } of placedVariables(model.layers)) {
    const fault = blankKernel(name, variable.read().dataSync() as Float32Array);
    if (fault !== undefined) return `${name} ${fault}`;
  }
  return undefined;
}

/** Whether all values are finite: 0 times any other is NaN. */
export function areFinite(values: ArrayLike<number>): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * 0;
  return sum === 0;
}

/** @throws {InvalidArgumentError} on what is no map of weights by name, as `readWeights` gives it. */
export function checkWeights(parameter: string, weights: ReadonlyMap<string, WeightValues>): void {
  const isMap = Object.prototype.toString.call(weights) === "[object Map]";
  const wrong = isMap && [...weights].find(([, weight]) => !weight?.shape || !weight.values);
  if (isMap && !wrong) return;
  throw new InvalidArgumentError({
    parameter,
    value: wrong ? wrong[0] : weights,
    message: `expected a Map of weights with shape and values, got ${wrong ? `${describeValue(wrong[1])} as "${wrong[0]}"` : describeValue(weights)}; take what readWeights returns`,
  });
}

/**
 * Sets weights by name. All are checked before the first is set. Ownership of the values passes to the model: the CPU
 * backend keeps the arrays themselves, so the caller must not write to them again.
 *
 * @throws {InvalidArgumentError} (`weights`) on a name that the model lacks, a shape that differs or a value that is not finite.
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
    if (!areFinite(values)) {
      throw new InvalidArgumentError({
        parameter: "weights",
        value: name,
        message: `expected finite values of "${name}", got some that are not; take weights of a training that did not diverge`,
      });
    }
  }
  tidy(() => {
    for (const [name, { shape, values }] of weights) {
      // As they are: `write` would apply a constraint of the layer's.
      (variables.get(name)!.read() as TensorVariable).assign(tensor(values, [...shape], "float32"));
    }
  });
}

/**
 * Copies every weight of a model, in layer order, by `layer/weight` name. Writing to the copies does not change the
 * model; pass them to {@link writeWeights} to do that. Leaves no tensor behind.
 *
 * @throws {InvalidArgumentError} (`model`) when two weights would have one name.
 */
export function readWeights(model: LayersModel): NamedWeights {
  checkArguments({ model }, { model: "model" });
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
 * @throws {InvalidArgumentError} (`weights`) on a name that the model lacks, a shape that differs or a value that is not finite.
 */
export function writeWeights(model: LayersModel, weights: ReadonlyMap<string, WeightValues>): void {
  checkArguments({ model }, { model: "model" });
  checkWeights("weights", weights);
  const copies: NamedWeights = new Map();
  for (const [name, { shape, values }] of weights) copies.set(name, { shape, values: values.slice() });
  setWeights(model, copies);
}

/**
 * SHA-256 (hexadecimal) of the names, shapes and values (float32, little-endian) of a model's weights, in layer order.
 * Two digests are equal exactly when the weights are, bit for bit; how a model was built, saved or loaded does not
 * matter.
 *
 * @param options.layers Names of the layers to include, those of inner networks as `"vgg19/block1_conv1"`; the name of an
 * inner network stands for all its layers. Default: all.
 * @throws {InvalidArgumentError} (`layers`) on a layer that the model lacks; (`model`) when two weights would have one name.
 */
export function digestWeights(
  model: LayersModel,
  options: { readonly layers?: readonly string[] } = {},
): string {
  checkArguments({ model }, { model: "model" });
  checkOptions(options, { layers: "strings?" });
  const present = layerPaths(model.layers);
  const chosen = new Set(options.layers ?? present);
  for (const layer of chosen) {
    if (!present.includes(layer)) {
      throw new InvalidArgumentError({
        parameter: "layers",
        value: layer,
        message: `expected layers of this model, got "${layer}"; it has ${present.join(", ")}`,
      });
    }
  }
  namedVariables(model); // Refuses names that stand for two weights.
  const hash = createHash("sha256");
  for (const { name, variable, layers } of placedVariables(model.layers)) {
    if (!layers.some((layer) => chosen.has(layer))) continue;
    const values = variable.read().dataSync();
    hash.update(JSON.stringify([name, variable.shape]));
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest("hex");
}

/** Names of layers, and after an inner network those of its layers. */
function layerPaths(layers: LayersModel["layers"], prefix = ""): string[] {
  return layers.flatMap((layer) => {
    const path = `${prefix}${layer.name}`;
    const inner = "layers" in layer ? (layer as unknown as LayersModel).layers : [];
    return [path, ...layerPaths(inner, `${path}/`)];
  });
}
