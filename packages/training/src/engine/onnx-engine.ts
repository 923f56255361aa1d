import { InvalidArgumentError } from "@covidxr/core";
import {
  compileGradients,
  compileInference,
  createSession,
  type LossName,
  type SessionOptions,
  type TensorData,
} from "@covidxr/onnx";
import type { WeightInfo } from "@covidxr/onnx/internal";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { batchBuffer } from "../features/feature-array.js";
import type { TrainingEngine, Weights } from "./engine.js";
import { describeTail } from "./engine-tail.js";

/** Options of `createOnnxEngine`. */
export interface OnnxEngineOptions extends SessionOptions {
  /** First layer of the part that trains. */
  readonly from: string;
  readonly loss: LossName;
}

/**
 * Training engine on onnxruntime: the part of `model` from layer `from` on, compiled to one graph for gradients and
 * one for outputs.
 *
 * @throws {InvalidArgumentError} when no provider works or no onnxruntime loads (see {@link createSession}).
 */
export async function createOnnxEngine(
  model: LayersModel,
  { from, loss, ...sessionOptions }: OnnxEngineOptions,
): Promise<TrainingEngine> {
  // On the processor a quarter of the products counts; accelerators have kernels of their own.
  const onProcessor = (sessionOptions.providers ?? ["cpu"])[0] === "cpu";
  const convolution = onProcessor ? "auto" : "direct";
  const inputLayout = onProcessor ? "spatial-first" : "channels-last";
  const gradientGraph = compileGradients(model, {
    from,
    loss,
    sampleWeights: true,
    // An engine serves models that differ in their frozen weights, too.
    frozenWeights: "inputs",
    convolution,
    inputLayout,
  });
  const outputGraph = compileInference(model, { from, weights: "inputs", convolution, inputLayout });
  const gradientSession = await createSession(gradientGraph.bytes, sessionOptions);
  const { onFallback: _, ...silently } = sessionOptions;
  const outputSession = await createSession(outputGraph.bytes, silently).catch(async (fault) => {
    await gradientSession.dispose();
    throw fault;
  });
  const feeds = (weights: Weights, infos: readonly WeightInfo[]): Record<string, TensorData> =>
    Object.fromEntries(infos.flatMap(({ name }) => (weights.has(name) ? [[name, weights.get(name)!]] : [])));
  const { layout, shape } = gradientGraph.input;
  const join = batchBuffer(shape, layout);
  // Kept between steps: the study's gradients are 20 MB.
  const gradientOutputs = Object.fromEntries(
    gradientGraph.weights.map((info) => [
      gradientGraph.gradientOf(info.name),
      { data: new Float32Array(info.shape.reduce((a, b) => a * b, 1)), dims: info.shape },
    ]),
  );
  const exclusively = oneCallAtATime();
  return {
    description: gradientSession.description,
    featureShape: shape,
    loss,
    units: gradientGraph.labels.shape[0]!,
    tail: describeTail(model, from),
    weights: [...gradientGraph.weights, ...gradientGraph.frozenWeights],
    masks: gradientGraph.masks,
    gradients: (weights, { features, labels, masks, sampleWeights }) =>
      exclusively(async () => {
        const results = await gradientSession.run(
          {
            ...feeds(weights, [...gradientGraph.weights, ...gradientGraph.frozenWeights]),
            ...masks,
            input: join(features),
            labels,
            sampleWeights: {
              data: sampleWeights ?? new Float32Array(features.length).fill(1),
              dims: [features.length, 1],
            },
          },
          gradientOutputs,
        );
        return {
          loss: results.loss!.data[0]!,
          outputs: results.output!.data,
          gradients: new Map(
            gradientGraph.weights.map(({ name }) => [name, results[gradientGraph.gradientOf(name)]!.data]),
          ),
        };
      }),
    outputs: (weights, features) =>
      exclusively(
        async () =>
          (await outputSession.run({ ...feeds(weights, outputGraph.weights), input: join(features) })).output!
            .data,
      ),
    async dispose() {
      try {
        await gradientSession.dispose();
      } finally {
        await outputSession.dispose();
      }
    },
  };
}

/**
 * Guards calls that share buffers: one that begins while another is under way is refused rather than given mixed data.
 *
 * @throws {InvalidArgumentError} with parameter `"engine"`, in the promise.
 */
function oneCallAtATime(): <T>(call: () => Promise<T>) => Promise<T> {
  let busy = false;
  return async (call) => {
    if (busy) {
      throw new InvalidArgumentError({
        parameter: "engine",
        value: "busy",
        message:
          "expected one call at a time, got a second one; make an engine for each run that goes on at once",
      });
    }
    busy = true;
    try {
      return await call();
    } finally {
      busy = false;
    }
  };
}
