import { useCpuBackend } from "@covidxr/testing";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { input, type LayersModel, layers, model as makeModel, sequential } from "@tensorflow/tfjs-layers";
import { summary } from "./summary.js";
import { constructVgg19 } from "./vgg19.js";

beforeAll(useCpuBackend);

/** Name, class as Keras cuts it, output shape without the batch, parameters: the study's network. */
const STUDY_ROWS: readonly [string, string, string, number][] = [
  ["input_1", "InputLayer", "320, 382, 3", 0],
  ["block1_conv1", "Conv2D", "320, 382, 64", 1792],
  ["block1_conv2", "Conv2D", "320, 382, 64", 36928],
  ["block1_pool", "MaxPooling2D", "160, 191, 64", 0],
  ["block2_conv1", "Conv2D", "160, 191, 128", 73856],
  ["block2_conv2", "Conv2D", "160, 191, 128", 147584],
  ["block2_pool", "MaxPooling2D", "80, 95, 128", 0],
  ["block3_conv1", "Conv2D", "80, 95, 256", 295168],
  ["block3_conv2", "Conv2D", "80, 95, 256", 590080],
  ["block3_conv3", "Conv2D", "80, 95, 256", 590080],
  ["block3_conv4", "Conv2D", "80, 95, 256", 590080],
  ["block3_pool", "MaxPooling2D", "40, 47, 256", 0],
  ["block4_conv1", "Conv2D", "40, 47, 512", 1180160],
  ["block4_conv2", "Conv2D", "40, 47, 512", 2359808],
  ["block4_conv3", "Conv2D", "40, 47, 512", 2359808],
  ["block4_conv4", "Conv2D", "40, 47, 512", 2359808],
  ["block4_pool", "MaxPooling2D", "20, 23, 512", 0],
  ["block5_conv1", "Conv2D", "20, 23, 512", 2359808],
  ["block5_conv2", "Conv2D", "20, 23, 512", 2359808],
  ["block5_conv3", "Conv2D", "20, 23, 512", 2359808],
  ["block5_conv4", "Conv2D", "20, 23, 512", 2359808],
  ["block5_pool", "MaxPooling2D", "10, 11, 512", 0],
  ["average_pooling2d", "AveragePo", "2, 2, 512", 0],
  ["flatten", "Flatten", "2048", 0],
  ["dense", "Dense", "128", 262272],
  ["dropout", "Dropout", "128", 0],
  ["output", "Dense", "1", 129],
];

describe("summary of the study's network", () => {
  let model: LayersModel;
  beforeAll(() => {
    model = constructVgg19({
      height: 320,
      width: 382,
      trainableLayers: 3,
      denseUnits: 128,
      dropout: 0.5,
      poolSize: 4,
    });
  });
  afterAll(() => {
    model.dispose();
  });

  test("lists its layers, shapes and parameters", () => {
    const lines = summary(model).split("\n");
    const rows = lines.filter((line) => line.includes("(None, "));
    expect(rows).toHaveLength(STUDY_ROWS.length);
    for (const [index, [name, layerClass, shape, parameters]] of STUDY_ROWS.entries()) {
      const label = layerClass === "AveragePo" ? `${name} (${layerClass}` : `${name} (${layerClass})`;
      expect(rows[index]!.replace(/ +/g, " ")).toBe(`${label} (None, ${shape}) ${parameters} `);
    }
  });

  test("prints the study's three totals", () => {
    expect(summary(model).split("\n").slice(-4)).toEqual([
      "Total params: 20,286,785",
      "Trainable params: 4,982,017",
      "Non-trainable params: 15,304,768",
      "_".repeat(65),
    ]);
  });

  test("counts what trains as its layers are switched", () => {
    model.trainable = false;
    expect(summary(model)).toContain("Trainable params: 0\nNon-trainable params: 20,286,785");
    model.trainable = true;
  });
});

test("prints a small model character for character as Keras lays it out", () => {
  const model = sequential({
    name: "small",
    layers: [
      layers.conv2d({ inputShape: [5, 6, 3], filters: 2, kernelSize: 3, name: "conv" }),
      layers.globalAveragePooling2d({ name: "global_average_pooling2d" }),
      layers.dense({ units: 1000, name: "dense" }),
    ],
  });
  expect(summary(model)).toBe(`Model: "small"
_________________________________________________________________
Layer (type)                 Output Shape              Param #   
=================================================================
conv (Conv2D)                (None, 3, 4, 2)           56        
_________________________________________________________________
global_average_pooling2d (Gl (None, 2)                 0         
_________________________________________________________________
dense (Dense)                (None, 1000)              3000      
=================================================================
Total params: 3,056
Trainable params: 3,056
Non-trainable params: 0
_________________________________________________________________`);
  model.dispose();
});

test("lists every output of a layer that has several", () => {
  const image = input({ shape: [2], name: "in" });
  const inner = makeModel({
    inputs: image,
    outputs: [
      layers.dropout({ rate: 0.5, name: "a" }).apply(image),
      layers.reLU({ name: "b" }).apply(image),
    ] as never,
    name: "inner",
  });
  const outer = input({ shape: [2], name: "outer_in" });
  const model = makeModel({ inputs: outer, outputs: inner.apply(outer) as never, name: "outer" });
  expect(summary(model)).toContain("inner (Model)                [(None, 2), (None, 2)]    0");
  model.dispose();
});

test("writes multiple, as Keras does, for a layer that networks share at several sizes", () => {
  const shared = layers.conv2d({ name: "shared", filters: 2, kernelSize: 3 });
  const [small] = [8, 9].map((side) => {
    const image = input({ shape: [side, side, 3] });
    return makeModel({ inputs: image, outputs: shared.apply(image) as never });
  });
  expect(summary(small!)).toMatch(/^shared \(Conv2D\) +multiple +56 *$/m);
  small!.dispose();
});
