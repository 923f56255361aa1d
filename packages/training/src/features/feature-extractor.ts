import { InvalidArgumentError } from "@covidxr/core";
import { cacheKey } from "@covidxr/core/files";
import { checkArguments, checkOptions } from "@covidxr/core/internal";
import {
  compileInference,
  createSession,
  inspectRuntime,
  type Session,
  type SessionOptions,
} from "@covidxr/onnx";
import { type ChainLayer, layerChain, SESSION } from "@covidxr/onnx/internal";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { describeValues, isFeatureArray } from "./feature-array.js";
import { type FeatureOrigin, noteOrigin, originOf } from "./feature-origin.js";

/** The frozen prefix of a model, ready to run. */
export interface FeatureExtractor {
  /** Shape of one image's features, channels last. */
  readonly shape: readonly number[];
  /** The layers that compute the features. */
  readonly origin: FeatureOrigin;
  /** Shape of the images that {@link run} takes. */
  readonly inputShape: readonly number[];
  /**
   * SHA-256 of everything but the image that decides the features' bits: the prefix with its weights, the form it is
   * computed in, the runtime and where it computes.
   */
  digest(): Promise<string>;
  /** Features of images `[H, W, 3]`, each as if it ran alone; the session is created at the first call. */
  run(inputs: readonly Float32Array[]): Promise<Float32Array[]>;
  /** Frees the session; the extractor cannot be used afterwards. */
  dispose(): Promise<void>;
}

/**
 * Compiles everything before the tail of `model` (see {@link splitModel}) with the weights it has now. On the processor,
 * convolutions of many channels take Winograd's form; each image's features have the same bits whatever other images
 * run beside it.
 *
 * @throws {InvalidArgumentError} when the model has no frozen prefix (see {@link splitModel}).
 */
export function createFeatureExtractor(model: LayersModel, options: SessionOptions = {}): FeatureExtractor {
  checkOptions(options, SESSION);
  const { providers = ["cpu"] } = options;
  const onProcessor = providers[0] === "cpu";
  const { prefixTo, tailFrom } = splitModel(model);
  const prefix = compileInference(model, {
    to: prefixTo,
    convolution: onProcessor ? "auto" : "direct",
  });
  const origin = originOf(model, tailFrom);
  const inputSize = prefix.input.shape.reduce((a, b) => a * b, 1);
  const size = prefix.output.shape.reduce((a, b) => a * b, 1);
  let session: Promise<Session> | undefined;
  const opened = (): Promise<Session> => {
    session ??= createSession(prefix.bytes, options);
    return session;
  };
  return {
    shape: prefix.output.shape,
    origin,
    inputShape: prefix.input.shape,
    async digest() {
      // The processor is always there, so its session, which takes a while to make, can wait.
      const where = onProcessor
        ? `${(await inspectRuntime(options.runtime)).text}, cpu`
        : (await opened()).description;
      return cacheKey(prefix.bytes, where);
    },
    async run(inputs) {
      // Products of a single row are summed in another order: a single image is run twice.
      const images = Math.max(inputs.length, 2);
      for (const [i, input] of inputs.entries()) checkInput(input, i, prefix.input.shape);
      const data = new Float32Array(images * inputSize);
      for (let i = 0; i < images; i++) data.set(inputs[i % inputs.length]!, i * inputSize);
      const { output } = await (await opened()).run({
        input: { data, dims: [images, ...prefix.input.shape] },
      });
      return inputs.map((_, i) => noteOrigin(output!.data.slice(i * size, (i + 1) * size), origin));
    },
    async dispose() {
      await (await session)?.dispose();
    },
  };
}

/**
 * @throws {InvalidArgumentError} on anything but a Float32Array of an image's size: the values of an image of another size
 * would be read as those of this one. And on values that are not finite.
 */
function checkInput(input: Float32Array, image: number, shape: readonly number[]): void {
  const size = shape.reduce((a, b) => a * b, 1);
  if (!isFeatureArray(input) || input.BYTES_PER_ELEMENT !== 4 || input.length !== size) {
    refuseInput(`${describeValues(input)}${sizeHint(input, shape)}`, image, shape);
  }
  // 0 for any number, NaN for anything else.
  let sum = 0;
  for (let i = 0; i < size; i++) sum += input[i]! * 0;
  if (sum !== 0) refuseInput("values that are not finite", image, shape);
}

/** @throws {InvalidArgumentError} that says what the network takes, and `got`. */
export function refuseInput(got: string, image: number, shape: readonly number[]): never {
  const size = shape.reduce((a, b) => a * b, 1);
  throw new InvalidArgumentError({
    parameter: "inputs",
    value: { image, got },
    message:
      `expected images of shape [${shape.join(", ")}] (Float32Array of ${size} values), got ${got} for image ${image}; ` +
      "prepare images at the size of the network's input",
  });
}

/** The square image of as many values, with the network's channels or one, as a guess at what came. */
function sizeHint(input: Float32Array | undefined, shape: readonly number[]): string {
  for (const channels of [shape.at(-1)!, 1]) {
    const side = Math.sqrt((input?.length ?? 0) / channels);
    if (Number.isInteger(side) && side > 0) return ` (as [${side}, ${side}, ${channels}] has)`;
  }
  return "";
}

/** The two parts of a model that trains on top of a frozen backbone. */
export interface ModelSplit {
  /** Last layer of the frozen prefix, which never changes and runs once per image. */
  readonly prefixTo: string;
  /** First layer of the tail, which trains. */
  readonly tailFrom: string;
}

/**
 * Splits a model before the first layer that gives an image other outputs from step to step: one with a trainable weight,
 * or a dropout of a rate above 0. In the study that is behind block5_conv2.
 *
 * @throws {InvalidArgumentError} when nothing is trainable, or nothing stands before that layer.
 * @throws {UnsupportedLayerError} where the layers do not form one chain.
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
  checkArguments({ model }, { model: "model" });
  const { before, tail } = changingLayer(model);
  const refuse = (value: string, got: string, remedy: string): never => {
    throw new InvalidArgumentError({
      parameter: "model",
      value,
      message: `expected a frozen prefix and a trainable tail, got ${got}; ${remedy}`,
    });
  };
  if (model.trainableWeights.length === 0 || tail === undefined) {
    return refuse("nothing trainable", "no trainable weight", "set `trainable` of the layers");
  }
  if (before === undefined || before.getClassName() === "InputLayer") {
    return drops(tail)
      ? refuse("nothing frozen", `the dropout "${tail.name}" first`, "move it after the frozen layers")
      : refuse("nothing frozen", "a first layer that is trainable", "set `trainable` of the layers");
  }
  return { prefixTo: before.name, tailFrom: tail.name };
}

/** The first layer of `model` that gives an image other outputs from step to step, and the layer before it. */
export function changingLayer(model: LayersModel): {
  readonly before: ChainLayer["layer"] | undefined;
  readonly tail: ChainLayer["layer"] | undefined;
  readonly place: number;
} {
  const chain = layerChain(model).map(({ layer }) => layer);
  const trained = new Set(model.trainableWeights);
  const place = chain.findIndex(
    (layer) => layer.weights.some((weight) => trained.has(weight)) || drops(layer),
  );
  return { before: chain[place - 1], tail: chain[place], place };
}

const drops = (layer: ChainLayer["layer"]): boolean =>
  layer.getClassName() === "Dropout" && (layer.getConfig().rate as number) > 0;
