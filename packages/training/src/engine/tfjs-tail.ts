import { InvalidArgumentError, UnsupportedLayerError } from "@covidxr/core";
import type { LossName, TensorData } from "@covidxr/onnx";
import { type ChainLayer, layerChain } from "@covidxr/onnx/internal";
import {
  add,
  clipByValue,
  dispose,
  div,
  log,
  logSoftmax,
  mean,
  mul,
  neg,
  pad,
  type Scalar,
  softplus,
  sub,
  sum,
  type Tensor,
  type Tensor4D,
  tensor,
  tidy,
  type Variable,
} from "@tensorflow/tfjs-core";
import type { LayersModel, layers } from "@tensorflow/tfjs-layers";
import type { Weights } from "./engine.js";

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
  const chain = layerChain(model);
  const originals = chain
    .slice(chain.findIndex(({ layer }) => layer.name === from))
    .filter(({ layer }) => layer.getClassName() !== "InputLayer");
  for (const { layer } of originals) requireGradient(layer);
  const givesLogits = originals.at(-1)!.layer.getConfig().activation === lastActivation;
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

function copyLayer({ layer: original, inputShape }: ChainLayer, changes: object): Layer {
  const config: Record<string, unknown> = { ...original.getConfig(), ...changes, trainable: true };
  // Weights come with every call: random first values would be drawn for nothing.
  for (const name of ["kernel", "bias"]) {
    if (`${name}Initializer` in config) config[`${name}Initializer`] = "zeros";
    delete config[`${name}Constraint`];
    delete config[`${name}Regularizer`];
  }
  const LayerClass = original.constructor as new (config: object) => Layer;
  const copy = new LayerClass(config);
  tidy(() => copy.build([null, ...inputShape]));
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

/**
 * How average pooling with `same` padding is computed by pooling without padding: the `cpu` and `wasm` backends of
 * TensorFlow.js 4.22 get its gradient wrong where windows hang over the image's edge.
 *
 * @returns The forward pass, given the layer's copy with padding `"valid"`; undefined for every other layer, and where
 * no window hangs over.
 */
function poolingOverEdge({
  layer,
  inputShape,
}: ChainLayer): ((valid: Layer, x: Tensor) => Tensor) | undefined {
  if (layer.getClassName() !== "AveragePooling2D") return undefined;
  const { padding, poolSize, strides } = layer.getConfig() as unknown as {
    padding: string;
    poolSize: readonly [number, number];
    strides: readonly [number, number];
  };
  if (padding !== "same") return undefined;
  const [height, width] = inputShape as [number, number];
  const rows = edgesOf(height, poolSize[0], strides[0]);
  const columns = edgesOf(width, poolSize[1], strides[1]);
  const around: [number, number][] = [[0, 0], rows.padding, columns.padding, [0, 0]];
  if (around.flat().every((count) => count === 0)) return undefined;
  // The mean over the padded window, times the window's size over what of it lies on the image.
  const factors = rows.inside.flatMap((row) =>
    columns.inside.map((column) => (poolSize[0] * poolSize[1]) / (row * column)),
  );
  const factorShape = [1, rows.inside.length, columns.inside.length, 1];
  return (valid, x) =>
    mul(valid.call(pad(x as Tensor4D, around), {}) as Tensor, tensor(factors, factorShape, "float32"));
}

interface Edges {
  /** Places before and after the image. */
  readonly padding: [number, number];
  /** How many places of each window lie on the image. */
  readonly inside: readonly number[];
}

/** `same` padding along one axis, as TensorFlow has it: as little as needed, the odd place after the image. */
function edgesOf(length: number, size: number, stride: number): Edges {
  const windows = Math.ceil(length / stride);
  const total = Math.max((windows - 1) * stride + size - length, 0);
  const before = Math.floor(total / 2);
  const inside = Array.from({ length: windows }, (_, i) => {
    const start = i * stride - before;
    return Math.min(start + size, length) - Math.max(start, 0);
  });
  return { padding: [before, total - before], inside };
}

/** Smallest distance of a probability from 0 and 1 in a logarithm: Keras' backend default for float32. */
const EPSILON = 1e-7;

/** A loss in TensorFlow.js, as `@covidxr/onnx` compiles it: values of each row, `[N, units]` or `[N, 1]`. */
interface TfjsLoss {
  /** The activation whose input the loss is computed from when it stands last: exact where outputs saturate. */
  readonly fusedActivation: "sigmoid" | "softmax";
  fromLogits(logits: Tensor, labels: Tensor): Tensor;
  fromOutputs(outputs: Tensor, labels: Tensor): Tensor;
}

const clipped = (probabilities: Tensor): Tensor => clipByValue(probabilities, EPSILON, 1 - EPSILON);

/** Losses by Keras' names; the loss of a batch is {@link batchLoss} of their terms. */
export const TFJS_LOSSES: Readonly<Record<LossName, TfjsLoss>> = {
  binaryCrossentropy: {
    fusedActivation: "sigmoid",
    fromLogits: (logits, labels) => sub(softplus(logits), mul(labels, logits)),
    fromOutputs(outputs, labels) {
      const p = clipped(outputs);
      return neg(add(mul(labels, log(p)), mul(sub(1, labels), log(sub(1, p)))));
    },
  },
  categoricalCrossentropy: {
    fusedActivation: "softmax",
    fromLogits: (logits, labels) => neg(sum(mul(labels, logSoftmax(logits)), -1, true)),
    // Keras divides by the sum of the outputs first, so that they need not be probabilities.
    fromOutputs: (outputs, labels) =>
      neg(sum(mul(labels, log(clipped(div(outputs, sum(outputs, -1, true))))), -1, true)),
  },
};

/** Mean of the terms, each row's times its weight `[N, 1]`. */
export function batchLoss(terms: Tensor, sampleWeights?: Tensor): Scalar {
  return mean(sampleWeights === undefined ? terms : mul(terms, sampleWeights)) as Scalar;
}
