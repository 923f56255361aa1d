import { InvalidArgumentError, UnsupportedLayerError } from "@covidxr/core";
import type { TensorData } from "@covidxr/onnx";
import { dispose, mul, type Tensor, tensor, tidy, type Variable } from "@tensorflow/tfjs-core";
import type { LayersModel, layers, SymbolicTensor } from "@tensorflow/tfjs-layers";
import type { Weights } from "./engine.js";
import { poolingOverEdge } from "./pooling-over-edge.js";

type Layer = layers.Layer;

/** The layers of a model from one on, with variables of their own. */
export interface TailCopy {
  /** By weight name, `layer/kernel`. */
  readonly variables: ReadonlyMap<string, Variable>;
  /** Whether the last activation was left out, so that {@link TailCopy.forward} gives its input. */
  readonly givesLogits: boolean;
  /** Copies the weights into the variables. */
  load(weights: Weights): void;
  /** @param masks Dropout masks by name; without them dropout does nothing. */
  forward(input: Tensor, masks?: Readonly<Record<string, TensorData>>): Tensor;
  dispose(): void;
}

/**
 * Copies the layers of `model` from layer `from` on, so that training on the copy leaves the model alone. Without
 * constraints: the optimiser changes weights elsewhere.
 *
 * @param lastActivation Activation that is left out where it stands last.
 * @throws {UnsupportedLayerError} on a dilated convolution, of which TensorFlow.js 4.22 has no gradient.
 */
export function copyTail(model: LayersModel, from: string, lastActivation: string): TailCopy {
  const start = model.layers.findIndex((layer) => layer.name === from);
  const originals = model.layers.slice(start).filter((layer) => layer.getClassName() !== "InputLayer");
  for (const layer of originals) requireGradient(layer);
  const givesLogits = originals.at(-1)!.getConfig().activation === lastActivation;
  const steps = originals.map((original, i) => {
    const overEdge = poolingOverEdge(original);
    const layer = copyLayer(original, {
      ...(givesLogits && i === originals.length - 1 ? { activation: "linear" } : {}),
      ...(overEdge === undefined ? {} : { padding: "valid" }),
    });
    return { layer, overEdge };
  });
  const variables = new Map(
    steps.flatMap(({ layer }) =>
      layer.weights.map((weight): [string, Variable] => [
        `${layer.name}/${weight.originalName.split("/").at(-1)}`,
        weight.read() as Variable,
      ]),
    ),
  );
  return {
    variables,
    givesLogits,
    load(weights) {
      for (const [name, variable] of variables) {
        const { data, dims } = requireInput(name, weights.get(name), weights.keys());
        tidy(() => variable.assign(tensor(data, [...dims], "float32")));
      }
    },
    forward: (input, masks) =>
      steps.reduce((x, { layer, overEdge }) => {
        if (overEdge !== undefined) return overEdge(layer, x);
        if (layer.getClassName() !== "Dropout") return layer.call(x, {}) as Tensor;
        if (masks === undefined || layer.getConfig().rate === 0) return x;
        const name = `${layer.name}/mask`;
        const { data, dims } = requireInput(name, masks[name], Object.keys(masks));
        return mul(x, tensor(data, [...dims], "float32"));
      }, input),
    dispose: () => dispose([...variables.values()]),
  };
}

function copyLayer(original: Layer, changes: object): Layer {
  const config: Record<string, unknown> = { ...original.getConfig(), ...changes, trainable: true };
  // Weights come with every call: random first values would be drawn for nothing.
  for (const name of ["kernel", "bias"]) {
    if (`${name}Initializer` in config) config[`${name}Initializer`] = "zeros";
    delete config[`${name}Constraint`];
    delete config[`${name}Regularizer`];
  }
  const LayerClass = original.constructor as new (config: object) => Layer;
  const copy = new LayerClass(config);
  tidy(() => copy.build((original.getInputAt(0) as SymbolicTensor).shape));
  return copy;
}

/** @throws {UnsupportedLayerError} on a dilated convolution, of which TensorFlow.js 4.22 has no gradient. */
function requireGradient(layer: Layer): void {
  if (layer.getClassName() !== "Conv2D") return;
  const { dilationRate } = layer.getConfig() as { dilationRate?: number | readonly number[] };
  if ([dilationRate ?? 1].flat().every((rate) => rate === 1)) return;
  throw new UnsupportedLayerError({
    layer: layer.name,
    layerClass: layer.getClassName(),
    supported: ["dilationRate 1", 'engine "onnx"'],
    message: `has dilationRate ${JSON.stringify(dilationRate)}, whose gradient TensorFlow.js lacks`,
  });
}

function requireInput(name: string, value: TensorData | undefined, given: Iterable<string>): TensorData {
  if (value !== undefined) return value;
  const names = [...given];
  throw new InvalidArgumentError({
    parameter: "inputs",
    value: names,
    message: `expected an input "${name}", got ${names.join(", ") || "none"}`,
  });
}
