import { InvalidArgumentError } from "@covidxr/core";
import { randomizeWeights, randomTensor, useCpuBackend } from "@covidxr/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import { createEngine } from "../engine/create-engine.js";
import { evaluate, predict } from "../loop/evaluate.js";
import { train } from "../loop/train.js";
import { sgd } from "../optimizers/sgd.js";
import { crossValidate } from "../repeats/cross-validate.js";
import { repeatSeeds } from "../repeats/repeat-seeds.js";
import { streamedFeatures, variantFeatures } from "./epoch-features.js";
import { extractFeatures, type FeatureSource } from "./extract-features.js";
import { createFeatureExtractor } from "./feature-extractor.js";

beforeAll(useCpuBackend);

/** Two convolutions whose features have one shape, of which the first or both are frozen. */
function network(
  change: { frozen?: number; activation?: "relu" | "sigmoid"; prefix?: string } = {},
): LayersModel {
  const { frozen = 2, activation = "relu", prefix = "" } = change;
  const model = sequential({ name: `${prefix}network` });
  const conv = { filters: 3, kernelSize: 3, padding: "same", activation } as const;
  model.add(layers.conv2d({ ...conv, name: "first", inputShape: [4, 5, 3], trainable: false }));
  model.add(layers.conv2d({ ...conv, name: "second", trainable: frozen < 2 }));
  model.add(layers.flatten({ name: "flat", trainable: false }));
  model.add(layers.dense({ name: "output", units: 1, activation: "sigmoid" }));
  randomizeWeights(model);
  return model;
}

const labels = [0, 1, 0, 1];
const sources: FeatureSource[] = labels.map((_, i) => ({
  key: `${i}`,
  load: async () => randomTensor(`image ${i}`, [60]).data,
}));
const settings = () => ({ optimizer: sgd({ learningRate: 0.1 }), epochs: 1, seed: 0 });
const featuresOf = async (model: LayersModel) => ({
  values: (await extractFeatures(model, sources)).values,
  labels,
});

const refused = (parameter: string) => ({ kind: "invalid-argument", parameter });

describe("features of another cut or of other weights", () => {
  /** Changes a model after its features were extracted. */
  const changes: Record<string, (model: LayersModel) => void> = {
    "an earlier cut": (model) => {
      model.getLayer("second").trainable = true;
    },
    "other frozen weights": (model) => {
      const bias = model.getLayer("first").weights[1]!.read() as tf.Variable;
      tf.tidy(() => bias.assign(tf.add(bias, 1e-3)));
    },
  };

  test.each(Object.keys(changes))("%s: refused wherever features are taken", async (name) => {
    const model = network({ frozen: 2 });
    const images = await featuresOf(model);
    // A shuffled part, as a split makes it.
    const part = { values: [images.values[2]!, images.values[1]!], labels: [0, 1] };
    await predict(model, part.values);
    changes[name]!(model);
    await expect(predict(model, part.values)).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(predict(model, part.values)).rejects.toMatchObject(refused("values"));
    await expect(evaluate(model, part)).rejects.toMatchObject(refused("values"));
    await expect(train(model, { training: part, ...settings() })).rejects.toMatchObject(refused("training"));
    const varied = variantFeatures([images.values], labels, 0);
    await expect(train(model, { training: varied, ...settings() })).rejects.toMatchObject(
      refused("training"),
    );
    const fresh = await featuresOf(model);
    await expect(
      train(model, { training: fresh, validation: images, leakage: "allow", ...settings() }),
    ).rejects.toMatchObject(refused("validation"));
    await train(model, { training: fresh, ...settings() });
    expect(await predict(model, fresh.values)).toHaveLength(labels.length);
  });

  test("the message says what computed them", async () => {
    const { values } = await featuresOf(network({ frozen: 2 }));
    const model = network({ frozen: 1 });
    // Flat features there, images here: of one size.
    await expect(predict(model, values)).rejects.toMatchObject({
      value: { cutAfter: "flat" },
      message: expect.stringMatching(/up to "first".*after "flat".*extractFeatures/),
    });
  });

  test("the same weights under another activation are other layers", async () => {
    const { values } = await featuresOf(network({ activation: "relu" }));
    await expect(predict(network({ activation: "sigmoid" }), values)).rejects.toMatchObject(
      refused("values"),
    );
  });

  test("streamed features of another extractor are refused in the first step", async () => {
    const model = network();
    const extractor = createFeatureExtractor(network({ activation: "sigmoid" }));
    const training = streamedFeatures(extractor, labels, (_, row) => sources[row]!.load());
    await expect(train(model, { training, ...settings() })).rejects.toMatchObject(refused("training"));
    await extractor.dispose();
  });

  test("cross-validation and repeated seeds refuse them", async () => {
    const images = await featuresOf(network({ activation: "sigmoid" }));
    const shared = {
      model: () => network(),
      train: () => ({ optimizer: sgd({ learningRate: 0.1 }), epochs: 1 }),
      score: () => ({ nothing: 0 }),
    };
    const folds = crossValidate({ ...shared, images, repeats: [{ seed: 0, folds: [0, 0, 1, 1] }] });
    await expect(folds).rejects.toMatchObject({ kind: "invalid-argument" });
    const seeds = repeatSeeds({ ...shared, training: images, sets: { training: images }, seeds: [0] });
    await expect(seeds).rejects.toMatchObject({ kind: "invalid-argument" });
  });
});

describe("features that fit are taken", () => {
  test("of a model of other names with the same layers and weights, from the cache, and in half precision", async () => {
    const model = network();
    for (const precision of ["float32", "float16"] as const) {
      const { values } = await extractFeatures(model, sources, { precision });
      expect(await predict(network({ prefix: "other-" }), values)).toHaveLength(labels.length);
    }
  });

  test("of the same layers after the tail was trained", async () => {
    const model = network();
    const images = await featuresOf(model);
    await train(model, { training: images, ...settings() });
    await train(model, { training: images, ...settings() });
    expect((await evaluate(model, images)).scores).toHaveLength(labels.length);
  });

  test("of unknown origin, such as copies", async () => {
    const { values } = await featuresOf(network({ activation: "sigmoid" }));
    const copies = values.map((features) => features.slice());
    expect(await predict(network(), copies)).toHaveLength(labels.length);
  });
});

describe("images that were made otherwise", () => {
  const made = async (model: LayersModel, settings?: string) => {
    const named = sources.map((source) => ({ ...source, ...(settings !== undefined && { settings }) }));
    return { values: (await extractFeatures(model, named)).values, labels };
  };

  test("are refused beside others, and by a model that was trained on others", async () => {
    const model = network();
    const [rescaled, caffe, unknown] = [
      await made(model, "rescale"),
      await made(model, "caffe"),
      await made(model),
    ];
    const mixed = { values: [...rescaled.values.slice(0, 3), caffe.values[0]!], labels };
    await expect(train(model, { training: mixed, ...settings() })).rejects.toMatchObject({
      ...refused("training"),
      message: expect.stringMatching(/rescale.*got caffe for image 3/),
    });
    const watched = { training: rescaled, leakage: "allow" as const, ...settings() };
    await expect(train(model, { ...watched, validation: caffe })).rejects.toMatchObject(
      refused("validation"),
    );
    await train(model, { ...watched, validation: unknown });
    await expect(predict(model, caffe.values)).rejects.toMatchObject(refused("values"));
    await expect(evaluate(model, caffe)).rejects.toMatchObject(refused("values"));
    for (const { values } of [rescaled, unknown]) expect(await predict(model, values)).toHaveLength(4);
  });

  test("may train the model anew, which then belongs to them", async () => {
    const model = network();
    const [rescaled, caffe] = [await made(model, "rescale"), await made(model, "caffe")];
    await train(model, { training: rescaled, ...settings() });
    await train(model, { training: caffe, ...settings() });
    expect(await predict(model, caffe.values)).toHaveLength(4);
    await expect(predict(model, rescaled.values)).rejects.toMatchObject(refused("values"));
  });

  test("are refused as a set of repeated seeds", async () => {
    const training = await made(network(), "rescale");
    const run = repeatSeeds({
      ...{ training, sets: { test: await made(network(), "caffe") }, seeds: [0], leakage: "allow" },
      model: () => network(),
      train: () => ({ optimizer: sgd({ learningRate: 0.1 }), epochs: 1 }),
      score: () => ({ nothing: 0 }),
    });
    await expect(run).rejects.toMatchObject(refused("test"));
  });
});

describe("an engine", () => {
  const make = (model: LayersModel, from: string) =>
    createEngine(model, { engine: "onnx", from, loss: "binaryCrossentropy" });

  test.each<[string, Parameters<typeof network>[0], string]>([
    ["a part of what trains", { frozen: 1 }, "output"],
    ["a model before a layer was unfrozen", { frozen: 2 }, "second"],
    ["layers with another activation", { frozen: 1, activation: "sigmoid" }, "second"],
  ])("of %s is refused", async (_, source, from) => {
    const model = network({ frozen: 1 });
    const engine = await make(network(source), from);
    const { values } = await featuresOf(model);
    const run = train(model, { training: { values, labels }, ...settings(), engine });
    await expect(run).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(run).rejects.toMatchObject({ parameter: "engine", value: { from } });
    await engine.dispose();
  });

  test("trains a whole network, which has no frozen layers, on images", async () => {
    const model = network({ frozen: 1 });
    model.getLayer("first").trainable = true;
    const engine = await make(model, "first");
    const values = await Promise.all(sources.map((source) => source.load()));
    const { history } = await train(model, { training: { values, labels }, ...settings(), engine });
    expect(history).toHaveLength(1);
    const features = await featuresOf(network());
    await expect(train(model, { training: features, ...settings(), engine })).rejects.toMatchObject(
      refused("training"),
    );
    await engine.dispose();
  });

  test("that begins earlier than need be wants the features from there", async () => {
    const model = network({ frozen: 2 });
    const engine = await make(model, "second");
    const late = await featuresOf(model);
    await expect(train(model, { training: late, ...settings(), engine })).rejects.toMatchObject(
      refused("training"),
    );
    const early = await featuresOf(network({ frozen: 1 }));
    const { history } = await train(model, { training: early, ...settings(), engine });
    const usual = await train(network({ frozen: 2 }), { training: late, ...settings() });
    expect(history[0]!.loss).toBeCloseTo(usual.history[0]!.loss, 6);
    await engine.dispose();
  });
});

describe("what is no image of the network's size", () => {
  const shapes = /\[4, 5, 3\].*60 values/;

  test.each<[string, () => unknown, RegExp]>([
    ["a smaller image", () => new Float32Array(48), /Float32Array of 48 values \(as \[4, 4, 3\] has\)/],
    ["an image of one channel", () => new Float32Array(20), /Float32Array of 20 values/],
    ["a square one of one channel", () => new Float32Array(64), /\(as \[8, 8, 1\] has\)/],
    ["a larger image", () => new Float32Array(75), /Float32Array of 75 values \(as \[5, 5, 3\] has\)/],
    ["an empty array", () => new Float32Array(0), /Float32Array of 0 values/],
    ["a tensor", () => tf.zeros([4, 5, 3]), /tensor of shape \[4,5,3\].*dataSync/],
    ["bytes", () => new Uint8Array(60), /Uint8Array of 60 values/],
    ["halves", () => new Uint16Array(60), /Uint16Array of 60 values/],
    ["a plain array", () => new Array(60).fill(0), /Array of 60 values/],
    ["nothing", () => undefined, /Undefined/],
    ["values that are not finite", () => new Float32Array(60).fill(Number.NaN), /not finite/],
  ])("%s is refused with both shapes", async (_, make, got) => {
    const load = async () => make() as Float32Array;
    const mixed = [...sources, { key: "odd", load }];
    const extraction = extractFeatures(network(), mixed);
    await expect(extraction).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(extraction).rejects.toMatchObject({
      parameter: "inputs",
      value: { image: 4 },
      message: expect.stringMatching(shapes),
    });
    await expect(extraction).rejects.toMatchObject({ message: expect.stringMatching(got) });
    const extractor = createFeatureExtractor(network());
    await expect(extractor.run([await load()])).rejects.toMatchObject({ parameter: "inputs" });
    await extractor.dispose();
  });

  test("an image whose sides are swapped has as many values; where its shape is known it is refused", async () => {
    const swapped = { ...sources[0]!, shape: [5, 4, 3] };
    const fitting = { ...sources[1]!, shape: [4, 5, 3] };
    expect((await extractFeatures(network(), [fitting])).values).toHaveLength(1);
    await expect(extractFeatures(network(), [fitting, swapped])).rejects.toMatchObject({
      ...refused("inputs"),
      message: expect.stringMatching(/\[4, 5, 3\].*\[5, 4, 3\] for image 1/),
    });
  });

  test.each<[string, unknown]>([
    ["a tensor", { shape: [60], dataSync: () => new Float32Array(60) }],
    ["a plain array", new Array(60).fill(0)],
    ["doubles", new Float64Array(60)],
    ["bytes", new Uint8Array(60)],
    ["too few", new Float32Array(59)],
    ["nothing", undefined],
  ])("%s in place of features is refused", async (_, odd) => {
    const values = [new Float32Array(60), odd as Float32Array];
    await expect(predict(network(), values)).rejects.toMatchObject({
      ...refused("values"),
      message: expect.stringContaining("for image 1"),
    });
  });
});
