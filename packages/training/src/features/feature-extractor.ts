import { InvalidArgumentError } from "@covidxr/core";
import { cacheKey } from "@covidxr/core/files";
import {
  compileInference,
  createSession,
  inspectRuntime,
  type Session,
  type SessionOptions,
} from "@covidxr/onnx";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/** The frozen prefix of a model, ready to run. */
export interface FeatureExtractor {
  /** Shape of one image's features, channels last. */
  readonly shape: readonly number[];
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
 * Compiles everything before the first trainable layer of `model` with the weights it has now. On the processor,
 * convolutions of many channels take Winograd's form; each image's features have the same bits whatever other images
 * run beside it.
 *
 * @throws {InvalidArgumentError} when the model has no frozen prefix (see {@link splitModel}).
 */
export function createFeatureExtractor(model: LayersModel, options: SessionOptions = {}): FeatureExtractor {
  const { providers = ["cpu"] } = options;
  const onProcessor = providers[0] === "cpu";
  const prefix = compileInference(model, {
    to: splitModel(model).prefixTo,
    convolution: onProcessor ? "auto" : "direct",
  });
  const inputSize = prefix.input.shape.reduce((a, b) => a * b, 1);
  const size = prefix.output.shape.reduce((a, b) => a * b, 1);
  let session: Promise<Session> | undefined;
  const opened = (): Promise<Session> => {
    session ??= createSession(prefix.bytes, options);
    return session;
  };
  return {
    shape: prefix.output.shape,
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
      const data = new Float32Array(images * inputSize);
      for (let i = 0; i < images; i++) data.set(inputs[i % inputs.length]!, i * inputSize);
      const { output } = await (await opened()).run({
        input: { data, dims: [images, ...prefix.input.shape] },
      });
      return inputs.map((_, i) => output!.data.slice(i * size, (i + 1) * size));
    },
    async dispose() {
      await (await session)?.dispose();
    },
  };
}

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
