import { UnsupportedLayerError } from "@covidxr/core";
import type { LossName, TensorData } from "@covidxr/onnx";
import {
  expectNewTensors,
  randomizeWeights,
  randomTensor,
  relativeError,
  useCpuBackend,
} from "@covidxr/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { getBackend } from "@tensorflow/tfjs-core";
import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import { toHalf } from "../features/feature-array.js";
import type { Batch, TrainingEngine } from "./engine.js";
import { takeWeights } from "./model-weights.js";
import { createOnnxEngine } from "./onnx-engine.js";
import { tfjsEngineOn } from "./tfjs-engine.js";

// Bound of the project's requirement for small models; float32 summation order accounts for about 1e-6.
const TOLERANCE = 1e-4;
const ROWS = 3;
/** The native packages do not install everywhere; the pure JavaScript backend takes the same calls. */
const CPU = { backend: "cpu", description: "tfjs-node 4.22.0 (tensorflow)" };
const TAIL = { from: "a", loss: "binaryCrossentropy" } as const;

beforeAll(useCpuBackend);

const conv = (name: string, rest: object = {}) =>
  layers.conv2d({ name, filters: 4, kernelSize: 3, activation: "relu", padding: "same", ...rest } as never);
const head = (units: number, activation: "sigmoid" | "softmax") => [
  layers.flatten({ name: "flat" }),
  layers.dense({ name: "head", units, activation }),
];

interface Case {
  readonly name: string;
  readonly body: () => layers.Layer[];
  readonly loss?: LossName;
}

const CASES: readonly Case[] = [
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

function buildCase(body: () => layers.Layer[]): LayersModel {
  const [first, ...rest] = body();
  const model = sequential({ name: "case" });
  model.add(layers.inputLayer({ inputShape: [...SHAPE], name: "image" }));
  for (const layer of [first!, ...rest]) model.add(layer);
  randomizeWeights(model);
  return model;
}

function batchFor(engine: TrainingEngine, weighted: boolean): Batch {
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

test.each(CASES)("$name: what onnxruntime's engine gives", async ({ body, loss = "binaryCrossentropy" }) => {
  const model = buildCase(body);
  const options = { from: model.layers[1]!.name, loss };
  const onnx = await createOnnxEngine(model, { ...options, threads: 1 });
  await expectNewTensors(async () => {
    const tfjs = tfjsEngineOn(CPU, model, options);
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
  expect(getBackend()).toBe("cpu");
  await onnx.dispose();
  model.dispose();
});

describe("weights", () => {
  const tail = () => buildCase(() => [conv("a"), ...head(1, "sigmoid")]);
  const create = (model: LayersModel) => tfjsEngineOn(CPU, model, TAIL);

  test("come with every call: the model is neither read nor written, nor are they", async () => {
    const model = tail();
    const engine = create(model);
    const own = takeWeights(model, engine.weights);
    const others = new Map(
      [...own].map(([name, { data, dims }]) => [name, { data: data.map((v) => v / 2), dims }]),
    );
    const batch = batchFor(engine, false);
    const first = await engine.gradients(own, batch);
    const other = await engine.gradients(others, batch);
    expect(other.loss).not.toBe(first.loss);
    expect(await engine.gradients(own, batch)).toEqual(first);
    expect(takeWeights(model, engine.weights)).toEqual(own);
    await engine.dispose();
    expect(takeWeights(model, engine.weights)).toEqual(own);
    model.dispose();
  });

  test.each(["head/bias", "d/mask"])("without %s the step is refused", async (missing) => {
    const model = buildCase(() => [
      conv("a"),
      layers.dropout({ name: "d", rate: 0.5 }),
      ...head(1, "sigmoid"),
    ]);
    const engine = create(model);
    const weights = new Map(takeWeights(model, engine.weights));
    const batch = batchFor(engine, false);
    weights.delete(missing);
    const { [missing]: _, ...masks } = batch.masks;
    const step = engine.gradients(weights, { ...batch, masks });
    await expect(step).rejects.toMatchObject({ kind: "invalid-argument", parameter: "inputs" });
    await expect(step).rejects.toThrow(`"${missing}"`);
    await engine.dispose();
  });
});

test("half precision features are read as their values", async () => {
  const model = buildCase(() => head(1, "sigmoid"));
  const engine = tfjsEngineOn(CPU, model, { ...TAIL, from: "flat" });
  const weights = takeWeights(model, engine.weights);
  // Eighths up to 16 are exact in half precision.
  const values = Float32Array.from({ length: 7 * 6 * 3 }, (_, i) => i / 8);
  expect(await engine.outputs(weights, [toHalf(values)])).toEqual(await engine.outputs(weights, [values]));
  await engine.dispose();
});

describe("what TensorFlow.js cannot train", () => {
  test("a dilated convolution is named, with what can", async () => {
    const model = buildCase(() => [conv("a"), conv("odd", { dilationRate: 2 }), ...head(1, "sigmoid")]);
    await expectNewTensors(async () => {
      const create = () => tfjsEngineOn(CPU, model, TAIL);
      expect(create).toThrow(UnsupportedLayerError);
      expect(create).toThrow(
        expect.objectContaining({ layer: "odd", supported: ["dilationRate 1", 'engine "onnx"'] }),
      );
    });
  });

  test("an unknown layer and an unsupported one are refused as by onnxruntime's engine", () => {
    const model = buildCase(() => head(1, "sigmoid"));
    expect(() => tfjsEngineOn(CPU, model, { ...TAIL, from: "nothing" })).toThrow(
      expect.objectContaining({ parameter: "from" }),
    );
    const normed = buildCase(() => [layers.batchNormalization({ name: "norm" }), ...head(1, "sigmoid")]);
    expect(() => tfjsEngineOn(CPU, normed, { ...TAIL, from: "norm" })).toThrow(UnsupportedLayerError);
  });
});
