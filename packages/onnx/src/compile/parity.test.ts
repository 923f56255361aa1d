import {
  expectNewTensors,
  randomizeWeights,
  randomTensor,
  referenceStep,
  relativeError,
  useCpuBackend,
} from "@covidxr/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import type { TensorData } from "../runtime/session.js";
import { createSession } from "../runtime/session.js";

import { compileGradients } from "./compile-gradients.js";
import { compileInference } from "./compile-inference.js";
import type { LossName } from "./losses.js";

// Bound of the project's requirement for small models; float32 summation order accounts for about 1e-6.
const TOLERANCE = 1e-4;
const BATCH = 3;

interface Case {
  readonly name: string;
  readonly input: readonly [number, number, number];
  readonly body: () => layers.Layer[];
  readonly loss?: LossName;
  /** Layer whose kernel is zero, so that its output is the bias everywhere. */
  readonly zeroKernel?: string;
  /** Why TensorFlow.js 4.22 cannot serve as reference for the gradients; such a case has no kinks (relu). */
  readonly differencesBecause?: string;
}

const sigmoidHead = () => [
  layers.flatten({ name: "flat" }),
  layers.dense({ name: "head", units: 2, activation: "sigmoid" }),
];
const conv = (name: string, rest: object) =>
  layers.conv2d({ name, filters: 4, kernelSize: 3, activation: "relu", padding: "same", ...rest } as never);

const CASES: readonly Case[] = [
  { name: "Conv2D same", input: [7, 6, 3], body: () => [conv("a", {}), conv("b", {}), ...sigmoidHead()] },
  {
    name: "Conv2D valid, even kernel, no bias",
    input: [8, 7, 2],
    body: () => [
      conv("a", { padding: "valid", kernelSize: [2, 4] }),
      conv("b", { useBias: false }),
      ...sigmoidHead(),
    ],
  },
  {
    name: "Conv2D strided, odd and even sizes",
    input: [9, 8, 2],
    body: () => [
      conv("a", {}),
      conv("b", { strides: 2 }),
      conv("c", { strides: [1, 2], padding: "valid" }),
      ...sigmoidHead(),
    ],
  },
  {
    name: "Conv2D strided wider than its kernel",
    input: [9, 8, 2],
    body: () => [conv("a", {}), conv("b", { strides: 3, kernelSize: 2, padding: "valid" }), ...sigmoidHead()],
  },
  {
    name: "Conv2D dilated",
    differencesBecause: "it has no gradient of dilated convolutions",
    input: [9, 8, 2],
    body: () => [
      conv("a", { dilationRate: 2, activation: "sigmoid" }),
      conv("b", { dilationRate: [2, 1], padding: "valid", activation: "sigmoid" }),
      ...sigmoidHead(),
    ],
  },
  {
    name: "Conv2D 1x1, sigmoid and linear",
    input: [4, 5, 2],
    body: () => [
      conv("a", { kernelSize: 1, activation: "sigmoid" }),
      conv("b", { activation: "linear" }),
      ...sigmoidHead(),
    ],
  },
  {
    name: "Conv2D softmax over channels",
    input: [4, 5, 2],
    body: () => [conv("a", { activation: "softmax" }), ...sigmoidHead()],
  },
  {
    name: "MaxPooling2D, image not a multiple of the window",
    input: [7, 9, 2],
    body: () => [conv("a", {}), layers.maxPooling2d({ name: "p", poolSize: 2 }), ...sigmoidHead()],
  },
  {
    name: "MaxPooling2D with gaps between windows",
    input: [9, 10, 2],
    body: () => [
      conv("a", {}),
      layers.maxPooling2d({ name: "p", poolSize: [2, 1], strides: [3, 2] }),
      ...sigmoidHead(),
    ],
  },
  {
    name: "MaxPooling2D of equal values",
    input: [6, 7, 2],
    zeroKernel: "a",
    body: () => [conv("a", {}), layers.maxPooling2d({ name: "p", poolSize: 2 }), ...sigmoidHead()],
  },
  {
    name: "MaxPooling2D overlapping",
    input: [7, 8, 2],
    body: () => [
      conv("a", { activation: "linear" }),
      layers.maxPooling2d({ name: "p", poolSize: 3, strides: 2 }),
      ...sigmoidHead(),
    ],
  },
  {
    name: "MaxPooling2D same",
    input: [7, 8, 2],
    body: () => [
      conv("a", { activation: "linear" }),
      layers.maxPooling2d({ name: "p", poolSize: 2, padding: "same" }),
      ...sigmoidHead(),
    ],
  },
  {
    name: "AveragePooling2D with a remainder",
    input: [7, 9, 2],
    body: () => [conv("a", {}), layers.averagePooling2d({ name: "p", poolSize: [3, 4] }), ...sigmoidHead()],
  },
  {
    name: "AveragePooling2D same, overlapping",
    differencesBecause: "its gradient divides by the whole window also where the window hangs over the edge",
    input: [7, 8, 2],
    body: () => [
      conv("a", { activation: "linear" }),
      layers.averagePooling2d({ name: "p", poolSize: 3, strides: 2, padding: "same" }),
      ...sigmoidHead(),
    ],
  },
  {
    name: "GlobalAveragePooling2D",
    input: [5, 6, 2],
    body: () => [
      conv("a", {}),
      layers.globalAveragePooling2d({ name: "g" }),
      layers.dense({ name: "head", units: 1, activation: "sigmoid" }),
    ],
  },
  {
    name: "Dropout on features and on images",
    input: [5, 6, 2],
    body: () => [
      conv("a", {}),
      layers.dropout({ name: "d1", rate: 0.25 }),
      layers.flatten({ name: "flat" }),
      layers.dense({ name: "h", units: 6, activation: "relu" }),
      layers.dropout({ name: "d2", rate: 0.5 }),
      layers.dense({ name: "head", units: 1, activation: "sigmoid" }),
    ],
  },
  {
    name: "Activation layers",
    input: [5, 6, 2],
    body: () => [
      conv("a", { activation: "linear" }),
      layers.activation({ name: "r", activation: "relu" }),
      layers.flatten({ name: "flat" }),
      layers.dense({ name: "h", units: 5, useBias: false }),
      layers.activation({ name: "s", activation: "softmax" }),
      layers.dense({ name: "head", units: 2 }),
      layers.activation({ name: "out", activation: "sigmoid" }),
    ],
  },
  {
    name: "binary cross-entropy of softmax outputs (not fused)",
    input: [4, 4, 2],
    body: () => [
      layers.flatten({ name: "flat" }),
      layers.dense({ name: "head", units: 3, activation: "softmax" }),
    ],
  },
  {
    name: "categorical cross-entropy of softmax",
    input: [4, 4, 2],
    loss: "categoricalCrossentropy",
    body: () => [
      conv("a", {}),
      layers.flatten({ name: "flat" }),
      layers.dense({ name: "head", units: 3, activation: "softmax" }),
    ],
  },
  {
    name: "categorical cross-entropy of sigmoid outputs (not fused)",
    input: [4, 4, 2],
    loss: "categoricalCrossentropy",
    body: () => [
      layers.flatten({ name: "flat" }),
      layers.dense({ name: "head", units: 3, activation: "sigmoid" }),
    ],
  },
];

function buildCase({ name, input, body, zeroKernel }: Case): LayersModel {
  const [first, ...rest] = body();
  const model = sequential({ name: name.replaceAll(/[^a-z0-9]+/gi, "_") });
  model.add(layers.inputLayer({ inputShape: [...input], name: "image" }));
  for (const layer of [first!, ...rest]) model.add(layer);
  randomizeWeights(model);
  if (zeroKernel !== undefined) {
    const layer = model.getLayer(zeroKernel);
    const [kernel, bias] = layer.getWeights();
    const values = [tf.zerosLike(kernel!), tf.onesLike(bias!)];
    layer.setWeights(values);
    tf.dispose(values);
  }
  return model;
}

function labelsFor(loss: LossName, units: number): TensorData {
  const data = new Float32Array(BATCH * units);
  for (let row = 0; row < BATCH; row++) {
    if (loss === "categoricalCrossentropy") data[row * units + (row % units)] = 1;
    else for (let unit = 0; unit < units; unit++) data[row * units + unit] = (row + unit) % 2;
  }
  return { data, dims: [BATCH, units] };
}

/** `[N, H, W, C]` as `[H, W, N, C]`. */
function spatialFirst({ data, dims }: TensorData): TensorData {
  if (dims.length !== 4) return { data, dims };
  const [batch, rows, columns, channels] = dims as [number, number, number, number];
  const cells = rows * columns;
  const moved = new Float32Array(data.length);
  for (let image = 0; image < batch; image++) {
    for (let cell = 0; cell < cells; cell++) {
      const from = (image * cells + cell) * channels;
      moved.set(data.subarray(from, from + channels), (cell * batch + image) * channels);
    }
  }
  return { data: moved, dims: [rows, columns, batch, channels] };
}

beforeAll(useCpuBackend);

const FORMS = [
  { convolution: "direct", inputLayout: "channels-last" },
  { convolution: "winograd", inputLayout: "channels-last" },
  { convolution: "winograd", inputLayout: "spatial-first" },
] as const;

const FORM_CASES = CASES.flatMap((testCase) => FORMS.map((form) => ({ ...testCase, ...form })));

describe.each(FORM_CASES)("$name, $convolution, input $inputLayout", (testCase) => {
  const { convolution, inputLayout } = testCase;
  const stored = (value: TensorData) => (inputLayout === "spatial-first" ? spatialFirst(value) : value);
  const loss = testCase.loss ?? "binaryCrossentropy";

  test("inference equals model.predict, with constant weights and with weights as inputs", async () => {
    const model = buildCase(testCase);
    const input = randomTensor("input", [BATCH, ...testCase.input]);
    const expected = tf.tidy(() =>
      (model.predict(tf.tensor(input.data, [...input.dims])) as tf.Tensor).dataSync(),
    ) as Float32Array;
    for (const weights of ["constants", "inputs"] as const) {
      const graph = await expectNewTensors(() =>
        compileInference(model, { weights, convolution, inputLayout }),
      );
      const session = await createSession(graph.bytes);
      const feeds: Record<string, TensorData> = { input: stored(input) };
      for (const { name, shape } of graph.weights) feeds[name] = { data: weightOf(model, name), dims: shape };
      const { output } = await session.run(feeds);
      expect(output!.dims).toEqual([BATCH, ...graph.output.shape]);
      expect(relativeError(output!.data, expected)).toBeLessThan(TOLERANCE);
      await session.dispose();
    }
    model.dispose();
  });

  const prepare = async () => {
    const model = buildCase(testCase);
    const graph = await expectNewTensors(() => compileGradients(model, { loss, convolution, inputLayout }));
    const input = randomTensor("input", [BATCH, ...testCase.input]);
    const labels = labelsFor(loss, graph.labels.shape[0]!);
    const masks = Object.fromEntries(
      graph.masks.map(({ name, shape, rate }) => {
        const { data, dims } = randomTensor(name, [BATCH, ...shape]);
        return [name, { data: data.map((v) => ((v + 1) / 2 < rate ? 0 : 1 / (1 - rate))), dims }];
      }),
    );
    const feeds: Record<string, TensorData> = { input: stored(input), labels, ...masks };
    for (const { name, shape } of graph.weights) feeds[name] = { data: weightOf(model, name), dims: shape };
    const session = await createSession(graph.bytes);
    return { model, graph, input, labels, masks, feeds, session };
  };

  if (testCase.differencesBecause !== undefined) {
    test("every gradient equals the loss's central difference along it", async () => {
      const { model, graph, feeds, session } = await prepare();
      const actual = await session.run(feeds);
      const length = 1e-2;
      for (const { name } of graph.weights) {
        const gradient = actual[graph.gradientOf(name)]!.data;
        const norm = Math.hypot(...gradient);
        const lossAt = async (sign: number) => {
          const { data, dims } = feeds[name]!;
          const moved = data.map((v, i) => v + (sign * length * gradient[i]!) / norm);
          return (await session.run({ ...feeds, [name]: { data: moved, dims } })).loss!.data[0]!;
        };
        const slope = ((await lossAt(1)) - (await lossAt(-1))) / (2 * length);
        // Float32 losses resolve about 1e-7, so a slope over 0.02 is known to about 1e-5.
        expect(Math.abs(slope - norm)).toBeLessThan(5e-5 + 2e-3 * norm);
      }
      await session.dispose();
      model.dispose();
    });
    return;
  }

  test("loss and every gradient equal TensorFlow.js' own", async () => {
    const { model, graph, input, labels, masks, feeds, session } = await prepare();
    const expected = await expectNewTensors(() => referenceStep(model, loss, input, labels, masks));
    const actual = await session.run(feeds);
    expect(relativeError(actual.output!.data, expected.output)).toBeLessThan(TOLERANCE);
    expect(Math.abs(actual.loss!.data[0]! / expected.loss - 1)).toBeLessThan(TOLERANCE);
    expect(graph.weights.map((w) => w.name).sort()).toEqual([...expected.gradients.keys()].sort());
    const errors: Record<string, number> = {};
    for (const [name, gradient] of expected.gradients) {
      expect(actual[graph.gradientOf(name)]!.dims).toEqual(graph.weights.find((w) => w.name === name)!.shape);
      const error = relativeError(actual[graph.gradientOf(name)]!.data, gradient);
      if (!(error < TOLERANCE)) errors[name] = error;
    }
    expect(errors).toEqual({});
    await session.dispose();
    model.dispose();
  });
});

function weightOf(model: LayersModel, name: string): Float32Array {
  const [layerName, suffix] = name.split("/");
  const weight = model.getLayer(layerName!).weights.find((w) => w.originalName.endsWith(`/${suffix}`));
  return weight!.read().dataSync() as Float32Array;
}
