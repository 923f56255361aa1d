import { UnsupportedLayerError } from "@covidxr/core";
import { randomizeWeights, randomTensor, relativeError, useCpuBackend } from "@covidxr/testing";
import { beforeAll, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { type LayersModel, layers, regularizers, sequential } from "@tensorflow/tfjs-layers";
import { createSession, type TensorData } from "../runtime/session.js";
import { compileGradients } from "./compile-gradients.js";
import { modelSteps } from "./model-steps.js";
import { penaltyOf } from "./penalties.js";

beforeAll(useCpuBackend);

function network(): LayersModel {
  const model = sequential({ name: "penalised" });
  model.add(
    layers.conv2d({
      ...{ name: "conv", filters: 3, kernelSize: 3, inputShape: [6, 5, 2], activation: "relu" },
      kernelRegularizer: regularizers.l2({ l2: 0.03 }),
      biasRegularizer: regularizers.l1({ l1: 0.2 }),
    }),
  );
  model.add(layers.flatten({ name: "flat" }));
  model.add(
    layers.dense({
      ...{ name: "output", units: 2, activation: "softmax" },
      kernelRegularizer: regularizers.l1l2({ l1: 0.01, l2: 0.05 }),
    }),
  );
  randomizeWeights(model);
  return model;
}

test("loss and gradients with penalties are those of TensorFlow.js' own training step", async () => {
  const model = network();
  const graph = compileGradients(model, { loss: "categoricalCrossentropy" });
  expect(graph.weights.map(({ name, penalty }) => [name, penalty])).toEqual([
    ["conv/kernel", { l1: 0, l2: 0.03 }],
    ["conv/bias", { l1: 0.2, l2: 0 }],
    ["output/kernel", { l1: 0.01, l2: 0.05 }],
    ["output/bias", undefined],
  ]);
  const images = randomTensor("images", [4, 6, 5, 2]);
  const labels: TensorData = { data: Float32Array.of(1, 0, 0, 1, 0, 1, 1, 0), dims: [4, 2] };
  const { values } = modelSteps(model);
  const before = new Map(graph.weights.map(({ name }) => [name, values(name).slice()]));
  const session = await createSession(graph.bytes);
  const weights = graph.weights.map(({ name, shape }) => [name, { data: before.get(name)!, dims: shape }]);
  const results = await session.run({ input: images, labels, ...Object.fromEntries(weights) });
  await session.dispose();

  // One step of plain gradient descent at the rate 1 takes the gradient off the weights.
  model.compile({ optimizer: tf.train.sgd(1), loss: "categoricalCrossentropy" });
  const [x, y] = [images, labels].map(({ data, dims }) => tf.tensor(data, [...dims])) as [
    tf.Tensor,
    tf.Tensor,
  ];
  const loss = await model.trainOnBatch(x, y);
  tf.dispose([x, y]);
  expect(results.loss!.data[0]).toBeCloseTo(loss as number, 5);
  for (const { name } of graph.weights) {
    const expected = before.get(name)!.map((value, i) => value - values(name)[i]!);
    expect(relativeError(results[graph.gradientOf(name)]!.data, expected)).toBeLessThan(1e-5);
  }
});

test("frozen weights have no penalty, and a value of 0 none in its gradient", async () => {
  const model = network();
  model.getLayer("conv").trainable = false;
  for (const weight of model.getLayer("output").weights) weight.write(tf.zerosLike(weight.read()));
  const graph = compileGradients(model, { loss: "categoricalCrossentropy", from: "output" });
  const session = await createSession(graph.bytes);
  const { loss, ...rest } = await session.run({
    input: { data: new Float32Array(36), dims: [1, 36] },
    labels: { data: Float32Array.of(1, 0), dims: [1, 2] },
    "output/kernel": { data: new Float32Array(72), dims: [36, 2] },
    "output/bias": { data: new Float32Array(2), dims: [2] },
  });
  await session.dispose();
  expect(loss!.data[0]).toBeCloseTo(Math.log(2), 6);
  expect(new Set(rest[graph.gradientOf("output/kernel")]!.data)).toEqual(new Set([0]));
});

test("a regulariser that the compiler does not know is refused by name", () => {
  const layer = layers.dense({ name: "odd", units: 1 });
  const config = { kernelRegularizer: { className: "Orthogonal", config: {} } };
  expect(() => penaltyOf(layer, "kernel", config)).toThrow(UnsupportedLayerError);
  expect(() => penaltyOf(layer, "kernel", config)).toThrow(
    expect.objectContaining({ layer: "odd", message: expect.stringContaining("Orthogonal") }),
  );
});

test("frozen weights as inputs give the same as constants", async () => {
  const model = network();
  model.getLayer("output").trainable = false;
  const options = { loss: "categoricalCrossentropy" } as const;
  const constants = compileGradients(model, options);
  const inputs = compileGradients(model, { ...options, frozenWeights: "inputs" });
  expect(constants.frozenWeights).toEqual([]);
  expect(inputs.frozenWeights.map(({ name }) => name)).toEqual(["output/kernel", "output/bias"]);
  const { values } = modelSteps(model);
  const feeds = {
    input: randomTensor("images", [2, 6, 5, 2]),
    labels: { data: Float32Array.of(1, 0, 0, 1), dims: [2, 2] },
  };
  const run = async ({ bytes, weights, frozenWeights }: typeof inputs) => {
    const session = await createSession(bytes);
    const given = [...weights, ...frozenWeights].map(({ name, shape }) => [
      name,
      { data: values(name), dims: shape },
    ]);
    const results = await session.run({ ...feeds, ...Object.fromEntries(given) });
    await session.dispose();
    return results;
  };
  const expected = await run(constants);
  const actual = await run(inputs);
  for (const name of Object.keys(expected)) {
    expect(relativeError(actual[name]!.data, expected[name]!.data)).toBeLessThan(1e-6);
  }
});
