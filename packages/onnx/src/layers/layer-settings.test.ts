import { UnsupportedLayerError } from "@covidxr/core";
import { useCpuBackend } from "@covidxr/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { initializers, type LayersModel, layers, regularizers, sequential } from "@tensorflow/tfjs-layers";
import { compileGradients } from "../compile/compile-gradients.js";
import { compileInference } from "../compile/compile-inference.js";
import { readSettings } from "./layer-settings.js";

beforeAll(useCpuBackend);

/** Layers around `layer`, which is called `odd`. */
function around(layer: layers.Layer): LayersModel {
  const model = sequential();
  model.add(layers.inputLayer({ inputShape: [6, 6, 2] }));
  model.add(layer);
  if ((layer.getOutputAt(0) as { shape: unknown[] }).shape.length === 4) model.add(layers.flatten());
  model.add(layers.dense({ units: 1, activation: "sigmoid" }));
  return model;
}

const name = "odd";
const channelsFirst = { name, dataFormat: "channelsFirst" } as const;

describe("channels-first data are refused by every layer that has the option", () => {
  test.each<[string, () => layers.Layer]>([
    ["Conv2D", () => layers.conv2d({ ...channelsFirst, filters: 2, kernelSize: 1 })],
    ["MaxPooling2D", () => layers.maxPooling2d({ ...channelsFirst, poolSize: 2 })],
    ["AveragePooling2D", () => layers.averagePooling2d({ ...channelsFirst, poolSize: 2 })],
    ["GlobalAveragePooling2D", () => layers.globalAveragePooling2d(channelsFirst)],
    ["Flatten", () => layers.flatten(channelsFirst)],
  ])("%s", (layerClass, make) => {
    const model = around(make());
    for (const compile of [
      () => compileInference(model),
      () => compileGradients(model, { loss: "binaryCrossentropy" }),
    ]) {
      expect(compile).toThrow(UnsupportedLayerError);
      expect(compile).toThrow(
        expect.objectContaining({ layer: name, layerClass, supported: ['dataFormat "channelsLast"'] }),
      );
    }
  });
});

describe("settings of training alone are refused in training alone", () => {
  test.each<[string, () => layers.Layer]>([
    ["seed", () => layers.dropout({ name, rate: 0.5, seed: 3 })],
    ["noiseShape", () => layers.dropout({ name, rate: 0.5, noiseShape: [1, 1, 2] })],
  ])("%s of a dropout", (setting, make) => {
    const model = around(make());
    expect(compileInference(model).output.shape).toEqual([1]);
    expect(() => compileGradients(model, { loss: "binaryCrossentropy" })).toThrow(
      expect.objectContaining({
        kind: "unsupported-layer",
        layer: name,
        message: expect.stringContaining(setting),
      }),
    );
  });

  test("a regulariser of activations", () => {
    const config = { activityRegularizer: { className: "L1L2", config: { l1: 1, l2: 0 } } };
    const step = { layer: name, layerClass: "Dense", config };
    const settings = { activityRegularizer: "inference" } as const;
    expect(readSettings(step, settings, false)).toEqual({});
    expect(() => readSettings(step, settings, true)).toThrow(UnsupportedLayerError);
  });
});

describe("what the compiler does not know is refused", () => {
  test.each<Readonly<Record<string, unknown>>>([
    { groups: 2 },
    { depthMultiplier: 1 },
    { constructor: "x" },
    { keepDims: true },
  ])("the setting %j", (config) => {
    const read = () => readSettings({ layer: name, layerClass: "Conv2D", config }, {}, false);
    expect(read).toThrow(UnsupportedLayerError);
    expect(read).toThrow(expect.objectContaining({ layer: name, layerClass: "Conv2D" }));
  });

  test("settings without a value count as absent", () => {
    const config = { groups: null, dilation: undefined };
    expect(readSettings({ layer: name, layerClass: "Conv2D", config }, {}, false)).toEqual({});
  });

  test.each<[string, () => layers.Layer]>([
    ["GaussianNoise", () => layers.gaussianNoise({ name, stddev: 1 })],
    ["GaussianDropout", () => layers.gaussianDropout({ name, rate: 0.5 })],
    ["AlphaDropout", () => layers.alphaDropout({ name, rate: 0.5 })],
    ["Masking", () => layers.masking({ name, maskValue: 1 })],
    ["GlobalMaxPooling2D", () => layers.globalMaxPooling2d({ name })],
    ["SeparableConv2D", () => layers.separableConv2d({ name, filters: 2, kernelSize: 1 })],
    ["Softmax", () => layers.softmax({ name, axis: 1 })],
  ])("the layer %s", (layerClass, make) => {
    expect(() => compileInference(around(make()))).toThrow(
      expect.objectContaining({ kind: "unsupported-layer", layer: name, layerClass }),
    );
  });

  test("a class of the user's that passes for the layer it extends", () => {
    const Dropout = layers.dropout({ rate: 0.1 }).constructor as new (config: object) => layers.Layer;
    class Quiet extends Dropout {}
    expect(() => compileInference(around(new Quiet({ name, rate: 0.5 })))).toThrow(
      expect.objectContaining({ layer: name, message: expect.stringContaining("Quiet") }),
    );
  });

  test("whole numbers as input", () => {
    const model = sequential();
    model.add(layers.inputLayer({ inputShape: [3], dtype: "int32", name }));
    model.add(layers.dense({ units: 1 }));
    expect(() => compileInference(model)).toThrow(
      expect.objectContaining({ layer: name, message: expect.stringContaining('dtype "int32"') }),
    );
  });

  test("initialisers, regularisers and constraints change no inference", () => {
    const kernelRegularizer = regularizers.l1l2({ l1: 1, l2: 1 });
    const kernelInitializer = initializers.heUniform({ seed: 1 });
    const conv = layers.conv2d({
      ...{ name, filters: 2, kernelSize: 3, kernelRegularizer, kernelInitializer },
      kernelConstraint: "maxNorm",
    });
    expect(compileInference(around(conv)).output.shape).toEqual([1]);
  });
});
