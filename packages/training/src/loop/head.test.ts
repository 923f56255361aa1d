import { createRng } from "@covidxr/core";
import { useCpuBackend } from "@covidxr/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { tensor, tensor2d, tensor4d, train as tfjsTrain } from "@tensorflow/tfjs-core";
import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import { createOnnxEngine } from "../engine/onnx-engine.js";
import { extractFeatures } from "../features/extract-features.js";
import { sgd } from "../optimizers/sgd.js";
import { crossValidate } from "../repeats/cross-validate.js";
import { evaluate, predict } from "./evaluate.js";
import { lossOf } from "./head.js";
import { train } from "./train.js";

beforeAll(useCpuBackend);

const SIDE = 4;
const COUNT = 6;

/** A network with one head; equal ones have equal weights. */
function network(units: number, activation: string | undefined, head?: layers.Layer): LayersModel {
  const model = sequential();
  const rng = createRng(1, { purpose: "weights" });
  model.add(
    layers.conv2d({
      inputShape: [SIDE, SIDE, 3],
      filters: 4,
      kernelSize: 3,
      trainable: false,
      name: "frozen",
    }),
  );
  model.add(layers.globalAveragePooling2d({}));
  model.add(
    layers.dense({
      units,
      ...(activation !== undefined && { activation: activation as "relu" }),
      name: "head",
    }),
  );
  if (head) model.add(head);
  const drawn = model.getWeights().map((weight) => {
    const values = Float32Array.from({ length: weight.size }, () => rng.normal() / 2);
    return tensor(values, weight.shape);
  });
  model.setWeights(drawn);
  return model;
}

const pixels = Array.from({ length: COUNT }, (_, index) => {
  const rng = createRng(2, { purpose: "image", index });
  return Float32Array.from({ length: SIDE * SIDE * 3 }, () => rng.normal());
});
const featuresOf = async (model: LayersModel) =>
  (
    await extractFeatures(
      model,
      pixels.map((image, i) => ({ key: `${i}`, load: async () => image })),
    )
  ).values;

test.each([
  ["sigmoid", 1, 2, "binaryCrossentropy"],
  ["sigmoid", 2, 2, "binaryCrossentropy"],
  ["softmax", 2, 2, "categoricalCrossentropy"],
  ["softmax", 3, 3, "categoricalCrossentropy"],
] as const)(
  "%s of %i: trained and validated with the loss of TensorFlow.js' fit",
  async (activation, units, classes, loss) => {
    const labels = pixels.map((_, i) => i % classes);
    const model = network(units, activation);
    expect(lossOf(model)).toBe(loss);
    const values = await featuresOf(model);
    const images = { values, labels };
    const options = { epochs: 3, batchSize: COUNT, seed: 0, leakage: "allow" } as const;
    const { history } = await train(model, {
      ...{ training: images, validation: images, optimizer: sgd({ learningRate: 0.1 }) },
      ...options,
    });

    const reference = network(units, activation);
    reference.compile({ optimizer: tfjsTrain.sgd(0.1), loss });
    const x = tensor4d(Float32Array.from(pixels.flatMap((image) => [...image])), [COUNT, SIDE, SIDE, 3]);
    const y = tensor2d(
      labels.map((label) =>
        units === 1 ? [label] : Array.from({ length: units }, (_, unit) => +(unit === label)),
      ),
    );
    const fitted = await reference.fit(x, y, {
      epochs: 3,
      batchSize: COUNT,
      validationData: [x, y],
      verbose: 0,
    });
    for (const [epoch, record] of history.entries()) {
      expect(record.loss).toBeCloseTo(fitted.history.loss![epoch] as number, 5);
      expect(record.validationLoss).toBeCloseTo(fitted.history.val_loss![epoch] as number, 5);
    }
    const evaluated = await evaluate(model, images);
    expect(evaluated.loss).toBeCloseTo(history.at(-1)!.validationLoss, 6);
  },
);

describe("a head that gives no probabilities is refused with what to use", () => {
  test.each<[string, () => LayersModel]>([
    ["linear", () => network(1, "linear")],
    ["linear", () => network(1, undefined)],
    ["relu", () => network(1, "relu")],
    ["tanh", () => network(2, "tanh")],
    ["none (Dropout)", () => network(1, "sigmoid", layers.dropout({ rate: 0.5 }))],
  ])("%s", async (activation, make) => {
    const model = make();
    const images = { values: [new Float32Array(4), new Float32Array(4).fill(1)], labels: [0, 1] };
    const refusal = {
      kind: "invalid-argument",
      parameter: "model",
      value: activation,
      message: expect.stringContaining('dense({ units: 1, activation: "sigmoid" })'),
    };
    const trained = train(model, {
      training: images,
      optimizer: sgd({ learningRate: 1 }),
      epochs: 1,
      seed: 0,
    });
    await expect(trained).rejects.toMatchObject(refusal);
    await expect(predict(model, images.values)).rejects.toMatchObject(refusal);
    await expect(evaluate(model, images)).rejects.toMatchObject(refusal);
    const folds = crossValidate({
      ...{ images, repeats: [{ seed: 0, folds: [0, 1] }], model: make, score: () => ({}) },
      train: () => ({ optimizer: sgd({ learningRate: 1 }), epochs: 1 }),
    });
    await expect(folds).rejects.toMatchObject(refusal);
  });

  test("a softmax of one unit, which is always 1", () => {
    expect(() => lossOf(network(1, "softmax"))).toThrow(
      expect.objectContaining({ parameter: "model", value: 1 }),
    );
  });
});

test("an activation in a layer of its own, and a network inside a network, have a head too", () => {
  expect(lossOf(network(2, undefined, layers.softmax()))).toBe("categoricalCrossentropy");
  expect(lossOf(network(1, undefined, layers.activation({ activation: "sigmoid" })))).toBe(
    "binaryCrossentropy",
  );
  const outer = sequential();
  outer.add(network(3, "softmax"));
  expect(lossOf(outer)).toBe("categoricalCrossentropy");
});

describe("a loss that contradicts the head is refused", () => {
  const images = { values: [new Float32Array(4), new Float32Array(4).fill(1)], labels: [0, 1] };
  const common = { training: images, optimizer: sgd({ learningRate: 1 }), epochs: 1, seed: 0 };

  test.each([
    ["sigmoid", 1, "categoricalCrossentropy"],
    ["sigmoid", 2, "categoricalCrossentropy"],
    ["softmax", 3, "binaryCrossentropy"],
  ] as const)("%s of %i with %s", async (activation, units, loss) => {
    const model = network(units, activation);
    await expect(train(model, { ...common, loss })).rejects.toMatchObject({ parameter: "loss", value: loss });
    const engine = await createOnnxEngine(model, { from: "head", loss, threads: 1 });
    await expect(train(model, { ...common, engine })).rejects.toMatchObject({
      parameter: "engine",
      value: loss,
    });
    await engine.dispose();
  });

  test("and so is an unknown one", async () => {
    const loss = "mse" as "binaryCrossentropy";
    await expect(train(network(1, "sigmoid"), { ...common, loss })).rejects.toMatchObject({
      parameter: "loss",
      message: 'loss: expected "binaryCrossentropy" or "categoricalCrossentropy", got "mse"',
    });
  });
});

test.each([
  [1, "sigmoid", [0, 2], /from 0 to 1, which one unit tells, got 2 for image 1/],
  [3, "softmax", [0, 3], /from 0 to 2, which 3 units tell, got 3 for image 1/],
  [3, "softmax", [0, 0.5], /got 0.5/],
  [1, "sigmoid", [-1, 1], /got -1/],
  [1, "sigmoid", ["0", "1"], /got "0" for image 0/],
  [
    2,
    "softmax",
    [
      [1, 0],
      [0, 1],
    ],
    /got an array of 2/,
  ],
])("labels that %i %s units cannot tell are refused", async (units, activation, labels, message) => {
  const training = { values: [new Float32Array(4), new Float32Array(4).fill(1)], labels: labels as number[] };
  const run = train(network(units, activation), {
    training,
    optimizer: sgd({ learningRate: 1 }),
    epochs: 1,
    seed: 0,
  });
  await expect(run).rejects.toMatchObject({ parameter: "training", message: expect.stringMatching(message) });
});
