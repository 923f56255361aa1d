import { InvalidArgumentError, UnsupportedLayerError } from "@covidxr/core";
import { randomizeWeights, randomTensor, relativeError, useCpuBackend } from "@covidxr/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import {
  input,
  type LayersModel,
  layers,
  model as layersModel,
  type SymbolicTensor,
  sequential,
} from "@tensorflow/tfjs-layers";
import { createSession } from "../runtime/session.js";
import { compileGradients } from "./compile-gradients.js";
import { compileInference } from "./compile-inference.js";
import { layerChain } from "./layer-chain.js";

beforeAll(useCpuBackend);

const apply = (layer: layers.Layer, to: SymbolicTensor): SymbolicTensor => layer.apply(to) as SymbolicTensor;

/** Largest difference between the compiled model's outputs and those of TensorFlow.js. */
async function errorOf(model: LayersModel): Promise<number> {
  const [, ...shape] = model.inputs[0]!.shape as number[];
  const image = randomTensor("image", [3, ...shape]);
  const expected = tf.tidy(() =>
    (model.predict(tf.tensor(image.data, [3, ...shape])) as tf.Tensor).dataSync(),
  );
  const session = await createSession(compileInference(model).bytes);
  const { output } = await session.run({ input: image });
  await session.dispose();
  return relativeError(output!.data, expected as Float32Array);
}

describe("layers that several networks share", () => {
  /** Convolution, pooling and head that were made for 16 × 16, and networks of other sizes of the same layers. */
  function networks(): Record<"large" | "small" | "smallFirst", LayersModel> {
    const shared = [
      layers.conv2d({
        name: "conv",
        filters: 3,
        kernelSize: 3,
        strides: 2,
        padding: "same",
        activation: "relu",
      }),
      layers.averagePooling2d({ name: "average", poolSize: 3, strides: 2, padding: "same" }),
      layers.maxPooling2d({ name: "maximum", poolSize: 2, padding: "same" }),
      layers.globalAveragePooling2d({ name: "pool" }),
      layers.dense({ name: "output", units: 1, activation: "sigmoid" }),
    ];
    const of = (size: number): LayersModel => {
      const image = input({ shape: [size, size, 3] });
      return layersModel({ inputs: image, outputs: shared.reduce((x, layer) => apply(layer, x), image) });
    };
    const large = of(16);
    randomizeWeights(large);
    return { large, small: of(9), smallFirst: of(10) };
  }

  test.each(["large", "small", "smallFirst"] as const)("%s has the shapes of its own nodes", async (name) => {
    const model = networks()[name];
    expect(await errorOf(model)).toBeLessThan(1e-5);
    const [, ...shape] = model.inputs[0]!.shape as number[];
    expect(compileGradients(model, { loss: "binaryCrossentropy" }).input.shape).toEqual(shape);
  });

  test("a network that takes the output of another's middle", async () => {
    const { large } = networks();
    const middle = large.getLayer("average").getOutputAt(0) as SymbolicTensor;
    const flat = apply(layers.flatten({ name: "flat" }), middle);
    const outputs = apply(layers.dense({ name: "other", units: 2, activation: "softmax" }), flat);
    const branch = layersModel({ inputs: large.inputs[0]!, outputs });
    expect(
      layerChain(branch)
        .map(({ layer }) => layer.name)
        .slice(1),
    ).toEqual(["conv", "average", "flat", "other"]);
    expect(await errorOf(branch)).toBeLessThan(1e-5);
  });
});

describe("nested models", () => {
  function backbone(size: number): LayersModel {
    const inner = sequential({ name: "backbone" });
    inner.add(layers.conv2d({ name: "conv", filters: 4, kernelSize: 3, inputShape: [size, size, 3] }));
    inner.add(layers.maxPooling2d({ name: "pool", poolSize: 2 }));
    return inner;
  }

  test.each(["first in a sequential model", "applied to an input"])("%s", async (way) => {
    const inner = backbone(8);
    const head = [
      layers.flatten({ name: "flat" }),
      layers.dense({ name: "output", units: 1, activation: "sigmoid" }),
    ];
    let model: LayersModel;
    if (way === "applied to an input") {
      const image = input({ shape: [8, 8, 3] });
      const outputs = head.reduce((x, layer) => apply(layer, x), inner.apply(image) as SymbolicTensor);
      model = layersModel({ inputs: image, outputs });
    } else {
      const outer = sequential();
      outer.add(inner);
      for (const layer of head) outer.add(layer);
      model = outer;
    }
    expect(await errorOf(model)).toBeLessThan(1e-5);
    inner.trainable = false;
    expect(compileGradients(model, { loss: "binaryCrossentropy" }).weights.map(({ name }) => name)).toEqual([
      "output/kernel",
      "output/bias",
    ]);
  });

  test("one that was made for another size is refused with both", () => {
    const image = input({ shape: [10, 10, 3] });
    const nested = layersModel({ inputs: image, outputs: backbone(8).apply(image) as SymbolicTensor });
    expect(() => compileInference(nested)).toThrow(UnsupportedLayerError);
    expect(() => compileInference(nested)).toThrow(
      expect.objectContaining({
        layer: "backbone",
        message: expect.stringMatching(/\[8,8,3\].*\[10,10,3\]/),
      }),
    );
  });
});

describe("what is no chain is refused", () => {
  const image = () => input({ shape: [4, 4, 3] });
  const conv = (name: string) => layers.conv2d({ name, filters: 3, kernelSize: 3, padding: "same" });

  test("one layer that is applied twice", () => {
    const x = image();
    const twice = conv("twice");
    const outputs = apply(layers.flatten({ name: "flat" }), apply(twice, apply(twice, x)));
    const model = layersModel({ inputs: x, outputs });
    for (const compile of [
      () => compileInference(model),
      () => compileInference(model, { from: "flat" }),
      () => compileGradients(model, { loss: "binaryCrossentropy" }),
    ]) {
      expect(compile).toThrow(UnsupportedLayerError);
      expect(compile).toThrow(
        expect.objectContaining({ layer: "twice", message: expect.stringContaining("more than once") }),
      );
    }
  });

  test("several outputs, several inputs, and no layer at all", () => {
    const x = image();
    const pooled = apply(layers.globalAveragePooling2d({ name: "pooled" }), x);
    const [a, b] = ["a", "b"].map((name) => apply(layers.dense({ name, units: 1 }), pooled)) as [
      SymbolicTensor,
      SymbolicTensor,
    ];
    const other = input({ shape: [3], name: "other" });
    const sum = layers.add({ name: "sum" }).apply([pooled, other]) as SymbolicTensor;
    for (const [model, message] of [
      [layersModel({ inputs: x, outputs: [a, b] }), /outputs "a", "b"/],
      [layersModel({ inputs: [x, other], outputs: sum }), /inputs "input_?\d+", "other"/],
      [sequential(), /inputs none and outputs none/],
    ] as const) {
      expect(() => compileInference(model)).toThrow(InvalidArgumentError);
      expect(() => compileInference(model)).toThrow(
        expect.objectContaining({ parameter: "model", message: expect.stringMatching(message) }),
      );
    }
  });

  test("a merge, named with what it merges", () => {
    const x = image();
    const joined = layers.add({ name: "join" }).apply([x, apply(conv("c"), x)]) as SymbolicTensor;
    expect(() => compileInference(layersModel({ inputs: x, outputs: joined }))).toThrow(
      expect.objectContaining({ layer: "join", message: expect.stringContaining('"c"') }),
    );
  });

  test("two layers of one name, whose weights could not be told apart", () => {
    const model = sequential();
    model.add(layers.dense({ name: "same", units: 4, inputShape: [4] }));
    model.add(layers.dense({ name: "same", units: 4 }));
    expect(() => compileInference(model)).toThrow(
      expect.objectContaining({ kind: "unsupported-layer", layer: "same" }),
    );
  });

  test("arguments of the call, which TensorFlow.js leaves out of predict", () => {
    const x = image();
    const outputs = layers
      .dropout({ name: "always", rate: 0.5 })
      .apply(x, { training: true }) as SymbolicTensor;
    expect(() => compileInference(layersModel({ inputs: x, outputs }))).toThrow(
      expect.objectContaining({ layer: "always", message: expect.stringContaining("training true") }),
    );
  });
});

test("the order in which a layer lists its weights is of no matter: a kernel alone is frozen", async () => {
  const image = input({ shape: [3] });
  const hidden = apply(layers.dense({ name: "hidden", units: 3, activation: "relu" }), image);
  const outputs = apply(layers.dense({ name: "output", units: 1, activation: "sigmoid" }), hidden);
  const model = layersModel({ inputs: image, outputs });
  randomizeWeights(model);
  (model.getLayer("hidden").weights[0] as unknown as { trainable: boolean }).trainable = false;
  expect(model.getLayer("hidden").weights[0]!.originalName).toMatch(/bias$/);
  expect(await errorOf(model)).toBeLessThan(1e-5);
  expect(compileGradients(model, { loss: "binaryCrossentropy" }).weights.map(({ name }) => name)).toEqual([
    "hidden/bias",
    "output/kernel",
    "output/bias",
  ]);
});

test("a model that is frozen as a whole has no trainable weight, whatever its layers say later", () => {
  const model = sequential();
  model.add(layers.dense({ name: "output", units: 1, inputShape: [3], activation: "sigmoid" }));
  model.trainable = false;
  model.getLayer("output").trainable = true;
  expect(model.trainableWeights).toEqual([]);
  expect(() => compileGradients(model, { loss: "binaryCrossentropy" })).toThrow(
    expect.objectContaining({ kind: "invalid-argument", parameter: "model" }),
  );
});
