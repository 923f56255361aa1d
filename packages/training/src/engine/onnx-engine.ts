import {
  compileGradients,
  compileInference,
  createSession,
  describeRuntime,
  type LossName,
  type TensorData,
} from "@covidxr/onnx";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { batchBuffer } from "./batch-buffer.js";
import type { TrainingEngine, Weights } from "./engine.js";

/** Options of {@link createOnnxEngine}. */
export interface OnnxEngineOptions {
  /** First layer of the part that trains. */
  readonly from: string;
  readonly loss: LossName;
  /** Threads inside an operator. @defaultValue the number of physical cores */
  readonly threads?: number;
}

/**
 * Training engine on onnxruntime: the part of `model` from layer `from` on, compiled to one graph for gradients and
 * one for outputs.
 */
export async function createOnnxEngine(
  model: LayersModel,
  { from, loss, threads }: OnnxEngineOptions,
): Promise<TrainingEngine> {
  const gradientGraph = compileGradients(model, { from, loss, sampleWeights: true });
  const outputGraph = compileInference(model, { from, weights: "inputs" });
  const sessionOptions = threads === undefined ? {} : { threads };
  const gradientSession = await createSession(gradientGraph.bytes, sessionOptions);
  const outputSession = await createSession(outputGraph.bytes, sessionOptions);
  const feeds = (weights: Weights): Record<string, TensorData> => Object.fromEntries(weights);
  const frozen = outputGraph.weights.filter(
    (info) => !gradientGraph.weights.some((trained) => trained.name === info.name),
  );
  const join = batchBuffer(gradientGraph.input.shape);
  return {
    description: describeRuntime(),
    featureShape: gradientGraph.input.shape,
    units: gradientGraph.labels.shape[0]!,
    weights: [...gradientGraph.weights, ...frozen],
    masks: gradientGraph.masks,
    async gradients(weights, { features, labels, masks, sampleWeights }) {
      const results = await gradientSession.run({
        ...feeds(weights),
        ...masks,
        input: join(features),
        labels,
        sampleWeights: {
          data: sampleWeights ?? new Float32Array(features.length).fill(1),
          dims: [features.length, 1],
        },
      });
      return {
        loss: results.loss!.data[0]!,
        outputs: results.output!.data,
        gradients: new Map(
          gradientGraph.weights.map(({ name }) => [name, results[gradientGraph.gradientOf(name)]!.data]),
        ),
      };
    },
    async outputs(weights, features) {
      return (await outputSession.run({ ...feeds(weights), input: join(features) })).output!.data;
    },
    async dispose() {
      await gradientSession.dispose();
      await outputSession.dispose();
    },
  };
}
