import type { LossName, TensorData } from "@covidxr/onnx";
import { expectNewTensors, randomizeWeights, randomTensor, relativeError } from "@covidxr/testing";
import { expect } from "@jest/globals";
import { getBackend } from "@tensorflow/tfjs-core";
import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import type { Batch, TrainingEngine } from "../engine/engine.js";
import { takeWeights } from "../engine/model-weights.js";
import { createOnnxEngine } from "../engine/onnx-engine.js";
import type { TfjsBackend } from "../engine/tfjs-backend.js";
import { tfjsEngineOn } from "../engine/tfjs-engine.js";

// Bound of the project's requirement for small models; float32 summation order accounts for about 1e-6.
const TOLERANCE = 1e-4;
const ROWS = 3;

/** A convolution of the cases. */
export const conv = (name: string, rest: object = {}) =>
  layers.conv2d({ name, filters: 4, kernelSize: 3, activation: "relu", padding: "same", ...rest } as never);
/** The head of the cases. */
export const head = (units: number, activation: "sigmoid" | "softmax") => [
  layers.flatten({ name: "flat" }),
  layers.dense({ name: "head", units, activation }),
];

/** A network, from its first layer after the input. */
interface Case {
  readonly name: string;
  readonly body: () => layers.Layer[];
  readonly loss?: LossName;
}

/** What both engines train. */
export const CASES: readonly Case[] = [
  {
    name: "Conv2D valid and strided",
    body: () => [conv("a", { padding: "valid", strides: 2 }), ...head(2, "sigmoid")],
  },
  {
    name: "Conv2D even kernel, no bias",
    body: () => [conv("a", { kernelSize: [2, 4], useBias: false }), ...head(2, "sigmoid")],
  },
  {
    name: "MaxPooling2D overlapping",
    body: () => [
      conv("a", { activation: "linear" }),
      layers.maxPooling2d({ name: "p", poolSize: 3, strides: 2 }),
      ...head(1, "sigmoid"),
    ],
  },
  {
    name: "MaxPooling2D same",
    body: () => [
      conv("a", { activation: "linear" }),
      layers.maxPooling2d({ name: "p", poolSize: 2, padding: "same" }),
      ...head(1, "sigmoid"),
    ],
  },
  {
    name: "AveragePooling2D",
    body: () => [conv("a"), layers.averagePooling2d({ name: "p", poolSize: [3, 2] }), ...head(1, "sigmoid")],
  },
  {
    name: "AveragePooling2D same, overlapping",
    body: () => [
      conv("a", { activation: "linear" }),
      layers.averagePooling2d({ name: "p", poolSize: 3, strides: 2, padding: "same" }),
      ...head(1, "sigmoid"),
    ],
  },
  {
    name: "MaxPooling2D same, overlapping, on one axis",
    body: () => [
      conv("a", { activation: "linear" }),
      layers.maxPooling2d({ name: "p", poolSize: [1, 3], strides: [1, 2], padding: "same" }),
      ...head(1, "sigmoid"),
    ],
  },
  {
    name: "AveragePooling2D same, nothing over the edge",
    body: () => [
      conv("a"),
      layers.averagePooling2d({ name: "p", poolSize: [1, 2], padding: "same" }),
      ...head(1, "sigmoid"),
    ],
  },
  {
    name: "GlobalAveragePooling2D",
    body: () => [
      conv("a"),
      layers.globalAveragePooling2d({ name: "g" }),
      layers.dense({ name: "head", units: 1, activation: "sigmoid" }),
    ],
  },
  {
    name: "Dropout on images and on features, rate 0",
    body: () => [
      conv("a"),
      layers.dropout({ name: "d1", rate: 0.25 }),
      layers.flatten({ name: "flat" }),
      layers.dense({ name: "h", units: 6, activation: "relu" }),
      layers.dropout({ name: "d2", rate: 0.5 }),
      layers.dropout({ name: "d3", rate: 0 }),
      layers.dense({ name: "head", units: 1, activation: "sigmoid" }),
    ],
  },
  {
    name: "Activation layers, the last one too",
    body: () => [
      conv("a", { activation: "softmax" }),
      layers.activation({ name: "r", activation: "relu" }),
      layers.flatten({ name: "flat" }),
      layers.dense({ name: "h", units: 5, activation: "sigmoid", useBias: false }),
      layers.dense({ name: "head", units: 2 }),
      layers.activation({ name: "out", activation: "sigmoid" }),
    ],
  },
  { name: "binary cross-entropy of softmax (from outputs)", body: () => head(3, "softmax") },
  {
    name: "categorical cross-entropy of softmax",
    loss: "categoricalCrossentropy",
    body: () => [conv("a"), ...head(3, "softmax")],
  },
  {
    name: "categorical cross-entropy of sigmoid (from outputs)",
    loss: "categoricalCrossentropy",
    body: () => head(3, "sigmoid"),
  },
  {
    name: "a frozen layer in the middle",
    body: () => [conv("a"), conv("b", { trainable: false }), ...head(1, "sigmoid")],
  },
];

const SHAPE = [7, 6, 3] as const;

/** The model of a case, with weights that are the same every time. */
export function buildCase(body: () => layers.Layer[]): LayersModel {
  const [first, ...rest] = body();
  const model = sequential({ name: "case" });
  model.add(layers.inputLayer({ inputShape: [...SHAPE], name: "image" }));
  for (const layer of [first!, ...rest]) model.add(layer);
  randomizeWeights(model);
  return model;
}

/** A batch for an engine. */
export function batchFor(engine: TrainingEngine, weighted: boolean): Batch {
  const data = new Float32Array(ROWS * engine.units);
  for (let row = 0; row < ROWS; row++)
    data[row * engine.units + (row % engine.units)] = (row + 1) % 3 === 0 ? 0 : 1;
  const masks = Object.fromEntries(
    engine.masks.map(({ name, shape, rate }): [string, TensorData] => {
      const values = randomTensor(name, [ROWS, ...shape]);
      return [
        name,
        { data: values.data.map((v) => ((v + 1) / 2 < rate ? 0 : 1 / (1 - rate))), dims: values.dims },
      ];
    }),
  );
  return {
    features: Array.from({ length: ROWS }, (_, i) => randomTensor(`image ${i}`, SHAPE).data),
    labels: { data, dims: [ROWS, engine.units] },
    masks,
    ...(weighted ? { sampleWeights: Float32Array.of(0.5, 2, 1.25) } : {}),
  };
}

/** Asserts that TensorFlow.js on a backend gives what onnxruntime gives: losses, outputs and gradients. */
export async function expectSameAsOnnx(
  { body, loss = "binaryCrossentropy" }: Case,
  backend: TfjsBackend,
): Promise<void> {
  const before = getBackend();
  const model = buildCase(body);
  const options = { from: model.layers[1]!.name, loss };
  const onnx = await createOnnxEngine(model, { ...options, threads: 1 });
  await expectNewTensors(async () => {
    const tfjs = tfjsEngineOn(backend, model, options);
    const { featureShape, units, weights: infos, masks } = tfjs;
    expect({ featureShape, units, weights: infos, masks }).toEqual({
      featureShape: onnx.featureShape,
      units: onnx.units,
      weights: onnx.weights,
      masks: onnx.masks,
    });
    const weights = takeWeights(model, infos);
    for (const weighted of [false, true]) {
      const batch = batchFor(onnx, weighted);
      const expected = await onnx.gradients(weights, batch);
      const actual = await expectNewTensors(() => tfjs.gradients(weights, batch));
      expect(Math.abs(actual.loss - expected.loss)).toBeLessThan(TOLERANCE * Math.abs(expected.loss));
      expect(relativeError(actual.outputs, expected.outputs)).toBeLessThan(TOLERANCE);
      expect([...actual.gradients.keys()]).toEqual([...expected.gradients.keys()]);
      for (const [name, gradient] of expected.gradients) {
        expect(relativeError(actual.gradients.get(name)!, gradient)).toBeLessThan(TOLERANCE);
      }
    }
    const { features } = batchFor(onnx, false);
    const outputs = await expectNewTensors(() => tfjs.outputs(weights, features));
    expect(relativeError(outputs, await onnx.outputs(weights, features))).toBeLessThan(TOLERANCE);
    await tfjs.dispose();
  });
  expect(getBackend()).toBe(before);
  await onnx.dispose();
  model.dispose();
}
