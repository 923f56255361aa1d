import { createRng } from "@covidxr/core";
import { randomizeWeights, useCpuBackend } from "@covidxr/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import {
  constraints,
  input,
  type LayersModel,
  layers,
  model as layersModel,
  regularizers,
  type SymbolicTensor,
  sequential,
} from "@tensorflow/tfjs-layers";
import { createEngine } from "../engine/create-engine.js";
import type { TrainingEngine } from "../engine/engine.js";
import { putWeights, takeWeights } from "../engine/model-weights.js";
import { tfjsEngineOn } from "../engine/tfjs-engine.js";
import { extractFeatures } from "../features/extract-features.js";
import { splitModel } from "../features/feature-extractor.js";
import { sgd } from "../optimizers/sgd.js";
import { fitReference } from "../testing/fit-reference.js";
import { evaluate, predict } from "./evaluate.js";
import { train } from "./train.js";

beforeAll(useCpuBackend);

const labels = [0, 1, 0, 1, 1, 0];
const inputs = labels.map((label, index) => {
  const rng = createRng(0, { purpose: "images", index });
  return Float32Array.from({ length: 6 * 6 * 3 }, () => rng.uniform() + label / 3);
});
const sources = inputs.map((values, i) => ({ key: `${i}`, load: async () => values }));
const settings = { epochs: 6, learningRate: 0.3, momentum: 0.9 };

/** A frozen convolution and `head` after it. */
function network(head: readonly layers.Layer[], trainable = false): LayersModel {
  const model = sequential({ name: "network" });
  const frozen = { filters: 4, kernelSize: 3, activation: "relu", trainable } as const;
  model.add(layers.conv2d({ ...frozen, name: "frozen", inputShape: [6, 6, 3] }));
  for (const layer of head) model.add(layer);
  randomizeWeights(model);
  return model;
}

const output = (rest: object = {}) =>
  layers.dense({ name: "output", units: 1, activation: "sigmoid", ...rest });

/** Trains on extracted features; returns the losses of the epochs, and outputs by {@link predict}. */
async function trained(model: LayersModel, engine?: TrainingEngine) {
  const { values } = await extractFeatures(model, sources);
  const { epochs, learningRate, momentum } = settings;
  const images = { values, labels };
  const { history } = await train(model, {
    ...{ training: images, validation: images, leakage: "allow" as const, epochs, seed: 0 },
    optimizer: sgd({ learningRate, momentum }),
    ...(engine && { engine }),
  });
  const losses = history.map(({ loss }) => loss);
  return { losses, outputs: [...(await predict(model, values))], history, images };
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of actual.entries()) expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5);
}

describe("a dropout before the first trainable weight", () => {
  const pool = () => layers.globalAveragePooling2d({ name: "pool" });
  const heads: Record<string, (rate: number) => layers.Layer[]> = {
    "pooling, dropout, dense": (rate) => [pool(), layers.dropout({ name: "drop", rate }), output()],
    "flatten, dropout, dense": (rate) => [
      layers.flatten({ name: "flat" }),
      layers.dropout({ name: "drop", rate }),
      output(),
    ],
    "dropout between frozen layers": (rate) => [
      layers.dropout({ name: "drop", rate }),
      layers.conv2d({ name: "second", filters: 5, kernelSize: 2, activation: "relu", trainable: false }),
      pool(),
      output(),
    ],
  };

  test.each(Object.keys(heads))("%s: it stands in the tail, and acts", async (name) => {
    const make = heads[name]!;
    expect(splitModel(network(make(0.9))).tailFrom).toBe("drop");
    expect(splitModel(network(make(0))).tailFrom).toBe("output");
    const without = await trained(network(make(0)));
    const reference = await fitReference(network(make(0)), inputs, labels, settings);
    expectClose(without.losses, reference.losses);
    expectClose(without.outputs, reference.outputs);
    const withDropout = await trained(network(make(0.9)));
    const differences = withDropout.losses.map((loss, i) => Math.abs(loss - without.losses[i]!));
    expect(Math.max(...differences)).toBeGreaterThan(1e-2);
    // Validation and prediction go without it.
    const { loss, scores } = await evaluate(...(await evaluated(make)));
    expect(loss).toBeCloseTo(without.losses[0]!, 5);
    expect(scores).toHaveLength(labels.length);
  });

  /** An untrained network with dropout, and its features. */
  async function evaluated(make: (rate: number) => layers.Layer[]) {
    const model = network(make(0.9));
    const { values } = await extractFeatures(model, sources);
    return [model, { values, labels }] as const;
  }

  test("over many masks the mean of the kept units is that of all", async () => {
    const model = network([pool(), layers.dropout({ name: "drop", rate: 0.5 }), output()]);
    const { values } = await extractFeatures(model, sources);
    const engine = await createEngine(model, { from: "drop", loss: "binaryCrossentropy", engine: "onnx" });
    expect(engine.masks).toEqual([{ name: "drop/mask", shape: [4], rate: 0.5 }]);
    await engine.dispose();
    const { history } = await train(model, {
      training: { values, labels },
      optimizer: sgd({ learningRate: 1e-9 }),
      ...{ epochs: 400, seed: 1 },
    });
    const mean = history.reduce((sum, { loss }) => sum + loss, 0) / history.length;
    const { loss } = await evaluate(model, { values, labels });
    // The loss is convex, so that noise in its input raises its mean a little.
    expect(mean).toBeGreaterThan(loss);
    expect(mean).toBeLessThan(loss + 0.1);
  });

  test("first of all it leaves nothing to compute once, which is said", () => {
    const model = sequential();
    model.add(layers.dropout({ name: "drop", rate: 0.1, inputShape: [6, 6, 3] }));
    model.add(layers.flatten());
    model.add(output());
    expect(() => splitModel(model)).toThrow(
      expect.objectContaining({ parameter: "model", message: expect.stringContaining('dropout "drop"') }),
    );
  });
});

const penalised = () => [
  layers.flatten({ name: "flat" }),
  layers.dense({
    ...{ name: "hidden", units: 5, activation: "relu" as const },
    kernelRegularizer: regularizers.l1l2({ l1: 0.01, l2: 0.02 }),
    biasRegularizer: regularizers.l2({ l2: 0.5 }),
  }),
  output({ kernelRegularizer: regularizers.l1({ l1: 0.03 }) }),
];

describe("regularisers", () => {
  test("losses and weights are those of TensorFlow.js' fit", async () => {
    const reference = await fitReference(network(penalised()), inputs, labels, settings);
    const { losses, outputs } = await trained(network(penalised()));
    expectClose(losses, reference.losses);
    expectClose(outputs, reference.outputs);
  });

  test("the validation loss has them too, and evaluate gives the same", async () => {
    const model = network(penalised());
    const { images, history, losses } = await trained(model);
    const { loss } = await evaluate(model, images);
    expect(history.at(-1)!.validationLoss).toBeCloseTo(loss, 6);
    // What is minimised at the start of an epoch is what the epoch before validated.
    expectClose(
      losses.slice(1),
      history.slice(0, -1).map(({ validationLoss }) => validationLoss),
    );
  });

  test("both engines compute the same step", async () => {
    const model = network(penalised());
    const { values } = await extractFeatures(model, sources);
    const options = { from: "hidden", loss: "binaryCrossentropy" } as const;
    const engines = [
      await createEngine(model, { ...options, engine: "onnx" }),
      tfjsEngineOn({ backend: "cpu", description: "cpu" }, model, options),
    ];
    const runs = [];
    for (const engine of engines) {
      const optimizer = sgd({ learningRate: 0.1 });
      const own = network(penalised());
      const { history } = await train(own, {
        training: { values, labels },
        optimizer,
        epochs: 3,
        seed: 0,
        engine,
      });
      runs.push([...history.map(({ loss }) => loss), ...(await predict(own, values))]);
      await engine.dispose();
    }
    expectClose(runs[0]!, runs[1]!);
  });
});

describe("constraints", () => {
  test.each(["maxNorm", "unitNorm", "nonNeg", "minMaxNorm"] as const)(
    "%s acts after each update, and the weights are those that were validated",
    async (name) => {
      const constraint = {
        maxNorm: () => constraints.maxNorm({ maxValue: 0.4, axis: 0 }),
        unitNorm: () => constraints.unitNorm({ axis: 0 }),
        nonNeg: () => constraints.nonNeg(),
        minMaxNorm: () => constraints.minMaxNorm({ minValue: 0.2, maxValue: 0.5, rate: 0.7, axis: 0 }),
      }[name];
      const make = () => [
        layers.conv2d({
          ...{ name: "conv", filters: 3, kernelSize: 2, activation: "relu" as const },
          ...{ kernelConstraint: constraint(), biasConstraint: constraints.nonNeg() },
        }),
        layers.flatten({ name: "flat" }),
        output({ kernelConstraint: constraint() }),
      ];
      const reference = await fitReference(network(make()), inputs, labels, settings);
      const model = network(make());
      const { losses, outputs, history, images } = await trained(model);
      expectClose(losses, reference.losses);
      expectClose(outputs, reference.outputs);
      expect((await evaluate(model, images)).loss).toBeCloseTo(history.at(-1)!.validationLoss, 6);
    },
  );

  test("weights are written back without one more projection", () => {
    const model = network([
      layers.flatten({ name: "flat" }),
      output({ kernelConstraint: constraints.unitNorm({ axis: 0 }) }),
    ]);
    const info = { name: "output/kernel", shape: [64, 1] };
    const data = Float32Array.from({ length: 64 }, (_, i) => i - 7);
    putWeights(model, new Map([[info.name, { data, dims: info.shape }]]));
    expect(takeWeights(model, [info]).get(info.name)!.data).toEqual(data);
  });

  test("a frozen layer's constraint leaves its weights alone", async () => {
    const frozen = { name: "second", units: 3, trainable: false, kernelConstraint: constraints.nonNeg() };
    const model = network([
      layers.flatten({ name: "flat" }),
      layers.dense({ name: "hidden", units: 4 }),
      layers.dense(frozen),
      output(),
    ]);
    const kernel = () => [...model.getLayer("second").weights[0]!.read().dataSync()];
    // As loaded weights are: no constraint has seen them.
    const negative = tf.fill([4, 3], -0.1);
    (model.getLayer("second").weights[0]!.read() as tf.Variable).assign(negative);
    negative.dispose();
    const before = kernel();
    await trained(model);
    expect(kernel()).toEqual(before);
  });
});

describe("an engine and frozen weights", () => {
  const make = (seed: number) => {
    const model = network([
      layers.flatten({ name: "flat" }),
      layers.dense({ name: "hidden", units: 4, activation: "relu" }),
      layers.dense({ name: "second", units: 3, activation: "relu", trainable: false }),
      output(),
    ]);
    const second = model.getLayer("second");
    const rng = createRng(seed, { purpose: "frozen" });
    const kernel = tf.tensor(
      Float32Array.from({ length: 12 }, () => rng.normal()),
      [4, 3],
    );
    second.setWeights([kernel, second.getWeights()[1]!]);
    kernel.dispose();
    return model;
  };

  test("frozen weights after the first trainable layer are each model's own", async () => {
    const engine = await createEngine(make(1), {
      from: "hidden",
      loss: "binaryCrossentropy",
      engine: "onnx",
    });
    const { values } = await extractFeatures(make(1), sources);
    const losses = async (model: LayersModel, shared: boolean) => {
      const { history } = await train(model, {
        ...{ training: { values, labels }, epochs: 3, seed: 0 },
        optimizer: sgd({ learningRate: 0.1 }),
        ...(shared ? { engine } : {}),
      });
      return history.map(({ loss }) => loss);
    };
    expect(await losses(make(2), true)).toEqual(await losses(make(2), false));
    expect(await losses(make(2), true)).not.toEqual(await losses(make(1), true));
    await engine.dispose();
  });
});

test("layers that were first applied to another size train as in TensorFlow.js, on both engines", async () => {
  const make = () => {
    const shared = [
      layers.conv2d({ name: "frozen", filters: 4, kernelSize: 3, activation: "relu", trainable: false }),
      layers.conv2d({ name: "conv", filters: 3, kernelSize: 2, strides: 2, padding: "same" }),
      layers.averagePooling2d({ name: "average", poolSize: 2, strides: 1 }),
      layers.globalAveragePooling2d({ name: "pool" }),
      output(),
    ];
    const of = (side: number) => {
      const image = input({ shape: [side, side, 3] });
      const outputs = shared.reduce((x, layer) => layer.apply(x) as SymbolicTensor, image);
      return layersModel({ inputs: image, outputs });
    };
    of(13);
    const model = of(6);
    randomizeWeights(model);
    return model;
  };
  const reference = await fitReference(make(), inputs, labels, settings);
  const options = { from: "conv", loss: "binaryCrossentropy" } as const;
  for (const engine of [
    await createEngine(make(), { ...options, engine: "onnx" }),
    tfjsEngineOn({ backend: "cpu", description: "cpu" }, make(), options),
  ]) {
    const { losses, outputs } = await trained(make(), engine);
    expectClose(losses, reference.losses);
    expectClose(outputs, reference.outputs);
    await engine.dispose();
  }
});

describe("what has no head to predict with is refused before anything runs", () => {
  const values = [new Float32Array(64)];

  test("a network that ends in an image", async () => {
    const model = network([layers.conv2d({ name: "map", filters: 1, kernelSize: 1, activation: "sigmoid" })]);
    await expect(predict(model, values)).rejects.toMatchObject({
      parameter: "model",
      message: expect.stringContaining('[N, 4, 4, 1] of layer "map"'),
    });
  });

  test("a network of two outputs", async () => {
    const { inputs: images, outputs } = network([layers.flatten({ name: "flat" })]);
    const both = ["a", "b"].map((name) => output({ name }).apply(outputs[0]!) as SymbolicTensor);
    const model = layersModel({ inputs: images, outputs: both });
    for (const call of [
      () => predict(model, values),
      () =>
        train(model, {
          training: { values, labels: [0] },
          optimizer: sgd({ learningRate: 1 }),
          epochs: 1,
          seed: 0,
        }),
      () => extractFeatures(model, sources),
    ]) {
      await expect(call()).rejects.toMatchObject({
        parameter: "model",
        message: expect.stringContaining('outputs "a", "b"'),
      });
    }
  });
});
