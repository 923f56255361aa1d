import { cacheKey } from "@covidxr/core/files";
import { compileInference, createSession, type Session, type SessionOptions } from "@covidxr/onnx";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { splitModel } from "./split-model.js";

/** The frozen prefix of a model, ready to run. */
export interface FeatureExtractor {
  /** SHA-256 of the prefix with its weights and the form it is computed in. */
  readonly digest: string;
  /** Shape of one image's features, channels last. */
  readonly shape: readonly number[];
  /** Features of images `[H, W, 3]`, each as if it ran alone; the session is made at the first call. */
  run(inputs: readonly Float32Array[]): Promise<Float32Array[]>;
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
  const onProcessor = (options.providers ?? ["cpu"])[0] === "cpu";
  const prefix = compileInference(model, {
    to: splitModel(model).prefixTo,
    convolution: onProcessor ? "auto" : "direct",
  });
  const inputSize = prefix.input.shape.reduce((a, b) => a * b, 1);
  const size = prefix.output.shape.reduce((a, b) => a * b, 1);
  let session: Promise<Session> | undefined;
  return {
    digest: cacheKey(prefix.bytes),
    shape: prefix.output.shape,
    async run(inputs) {
      session ??= createSession(prefix.bytes, options);
      const data = new Float32Array(inputs.length * inputSize);
      for (const [i, input] of inputs.entries()) data.set(input, i * inputSize);
      const { output } = await (await session).run({
        input: { data, dims: [inputs.length, ...prefix.input.shape] },
      });
      return inputs.map((_, i) => output!.data.slice(i * size, (i + 1) * size));
    },
    async dispose() {
      await (await session)?.dispose();
    },
  };
}
