import { InvalidArgumentError, UnsupportedLayerError } from "@covidxr/core";
import { randomizeWeights, randomTensor, relativeError, useCpuBackend } from "@covidxr/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { input, type LayersModel, layers, model as layersModel, sequential } from "@tensorflow/tfjs-layers";
import { ModelProto } from "../graph/onnx-proto.js";
import type { TensorData } from "../runtime/session.js";
import { createSession } from "../runtime/session.js";

import { compileGradients } from "./compile-gradients.js";
import { compileInference } from "./compile-inference.js";

beforeAll(useCpuBackend);

function smallModel(): LayersModel {
  const model = sequential({ name: "small" });
  model.add(layers.inputLayer({ inputShape: [8, 6, 3], name: "image" }));
  model.add(layers.conv2d({ name: "one", filters: 4, kernelSize: 3, padding: "same", activation: "relu" }));
  model.add(layers.conv2d({ name: "two", filters: 5, kernelSize: 3, padding: "same", activation: "relu" }));
  model.add(layers.maxPooling2d({ name: "pool", poolSize: 2 }));
  model.add(layers.flatten({ name: "flat" }));
  model.add(layers.dropout({ name: "drop", rate: 0.5 }));
  model.add(layers.dense({ name: "output", units: 1, activation: "sigmoid" }));
  randomizeWeights(model);
  return model;
}

async function runOnce(bytes: Uint8Array, value: TensorData): Promise<TensorData> {
  const session = await createSession(bytes);
  const { output } = await session.run({ input: value });
  await session.dispose();
  return output!;
}

describe("parts of a model", () => {
  test("the prefix followed by the tail equals the whole", async () => {
    const model = smallModel();
    const image = randomTensor("image", [2, 8, 6, 3]);
    const features = await runOnce(compileInference(model, { to: "one" }).bytes, image);
    expect(features.dims).toEqual([2, 8, 6, 4]);
    const tail = compileInference(model, { from: "two" });
    expect(tail.input.shape).toEqual([8, 6, 4]);
    const whole = await runOnce(compileInference(model).bytes, image);
    expect(relativeError((await runOnce(tail.bytes, features)).data, whole.data)).toBeLessThan(1e-6);
  });

  test("beforeActivation leaves the last activation out", async () => {
    const model = smallModel();
    const image = randomTensor("image", [1, 8, 6, 3]);
    const logit = await runOnce(compileInference(model, { beforeActivation: true }).bytes, image);
    const probability = await runOnce(compileInference(model).bytes, image);
    expect(1 / (1 + Math.exp(-logit.data[0]!))).toBeCloseTo(probability.data[0]!, 6);
  });

  test("only trainable weights get gradients, frozen ones are constants", () => {
    const model = smallModel();
    model.getLayer("one").trainable = false;
    const graph = compileGradients(model, { loss: "binaryCrossentropy" });
    expect(graph.weights.map((w) => w.name)).toEqual([
      "two/kernel",
      "two/bias",
      "output/kernel",
      "output/bias",
    ]);
    expect(graph.masks).toEqual([{ name: "drop/mask", shape: [60], rate: 0.5 }]);
  });

  test.each(["from", "to"] as const)("an unknown layer in %s is named", (parameter) => {
    const compile = () => compileInference(smallModel(), { [parameter]: "three" });
    expect(compile).toThrow(InvalidArgumentError);
    expect(compile).toThrow(expect.objectContaining({ parameter, value: "three" }));
  });

  test("a range without a layer after the input is refused", () => {
    const compile = () => compileInference(smallModel(), { from: "two", to: "one" });
    expect(compile).toThrow(expect.objectContaining({ kind: "invalid-argument", parameter: "range" }));
  });
});

describe("preprocessing inside the graph", () => {
  const pixels = {
    data: Float32Array.from({ length: 2 * 8 * 6 * 3 }, (_, i) => i % 256),
    dims: [2, 8, 6, 3],
  };
  const treat = {
    rescale: (data: Float32Array) => data.map((v) => v / 255),
    caffe: (data: Float32Array) => {
      const means = [103.939, 116.779, 123.68];
      return data.map((_, i) => data[i - (i % 3) + 2 - (i % 3)]! - means[i % 3]!);
    },
  };

  test.each(["rescale", "caffe"] as const)("%s equals the treatment outside", async (preprocessing) => {
    const model = smallModel();
    const inside = await runOnce(
      compileInference(model, { preprocessing, beforeActivation: true }).bytes,
      pixels,
    );
    const outside = await runOnce(compileInference(model, { beforeActivation: true }).bytes, {
      data: treat[preprocessing](pixels.data),
      dims: pixels.dims,
    });
    expect(relativeError(inside.data, outside.data)).toBeLessThan(1e-5);
  });

  test.each<[string, object]>([
    ["an unknown one", { preprocessing: "tf" }],
    ["pixels in the middle of the network", { preprocessing: "rescale", from: "two" }],
  ])("%s is refused", (_, options) => {
    expect(() => compileInference(smallModel(), options)).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter: "preprocessing" }),
    );
  });

  test("images without three channels are refused", () => {
    const grey = sequential();
    grey.add(layers.flatten({ inputShape: [4, 4, 1] }));
    expect(() => compileInference(grey, { preprocessing: "caffe" })).toThrow(
      expect.objectContaining({ parameter: "preprocessing", message: expect.stringContaining("[4,4,1]") }),
    );
  });
});

describe("what cannot be compiled", () => {
  const around = (layer: layers.Layer): LayersModel => {
    const model = sequential();
    model.add(layers.inputLayer({ inputShape: [6, 6, 2] }));
    model.add(layer);
    return model;
  };

  test("an unsupported layer is named, with the supported ones", () => {
    const compile = () => compileInference(around(layers.batchNormalization({ name: "norm" })));
    expect(compile).toThrow(UnsupportedLayerError);
    expect(compile).toThrow(
      expect.objectContaining({
        layer: "norm",
        layerClass: "BatchNormalization",
        supported: expect.arrayContaining(["Conv2D", "Dense"]),
      }),
    );
  });

  test("an unsupported activation is named", () => {
    const conv = layers.conv2d({ name: "c", filters: 1, kernelSize: 1, activation: "tanh" });
    expect(() => compileInference(around(conv))).toThrow(
      expect.objectContaining({
        kind: "unsupported-layer",
        layer: "c",
        message: expect.stringContaining('"tanh"'),
      }),
    );
  });

  test("channels-first data are refused", () => {
    const pool = layers.maxPooling2d({ name: "p", poolSize: 2, dataFormat: "channelsFirst" });
    expect(() => compileInference(around(pool))).toThrow(
      expect.objectContaining({
        kind: "unsupported-layer",
        layer: "p",
        message: expect.stringContaining("dataFormat"),
      }),
    );
  });

  test("a layer that leaves nothing of an image is refused", () => {
    const pool = layers.averagePooling2d({ name: "p", poolSize: 7, strides: 1 });
    expect(() => compileInference(around(pool))).toThrow(
      expect.objectContaining({
        kind: "unsupported-layer",
        message: expect.stringContaining("[N, 0, 0, 2]"),
      }),
    );
  });

  test("a dense layer over images is refused", () => {
    expect(() => compileInference(around(layers.dense({ name: "d", units: 2 })))).toThrow(
      expect.objectContaining({ kind: "unsupported-layer", layer: "d" }),
    );
  });

  test("a model with branches is refused at the branch", () => {
    const image = input({ shape: [6, 6, 2] });
    const left = layers.flatten({ name: "left" }).apply(image);
    const right = layers.globalAveragePooling2d({ name: "right" }).apply(image);
    const joined = layers.concatenate({ name: "join" }).apply([left, right] as never);
    const branched = layersModel({ inputs: image, outputs: joined as never });
    expect(() => compileInference(branched)).toThrow(
      expect.objectContaining({
        kind: "unsupported-layer",
        message: expect.stringContaining("does not follow"),
      }),
    );
  });

  test("gradients of a frozen model, or of one that ends in an image, are refused", () => {
    const frozen = smallModel();
    for (const layer of frozen.layers) layer.trainable = false;
    expect(() => compileGradients(frozen, { loss: "binaryCrossentropy" })).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter: "model" }),
    );
    expect(() => compileGradients(smallModel(), { loss: "binaryCrossentropy", to: "pool" })).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter: "model", value: [4, 3, 5] }),
    );
  });
});

describe("the file", () => {
  test("names its operator set and carries the metadata", () => {
    const { bytes } = compileInference(smallModel(), { metadata: { threshold: "0.7" } });
    const file = ModelProto.toObject(ModelProto.decode(bytes), { longs: Number });
    expect(file.opsetImport).toEqual([{ version: 17 }]);
    expect(file.metadataProps).toEqual([{ key: "threshold", value: "0.7" }]);
  });

  test("a session names the input that is missing", async () => {
    const session = await createSession(compileInference(smallModel()).bytes);
    await expect(session.run({ image: randomTensor("x", [1, 8, 6, 3]) })).rejects.toMatchObject({
      kind: "invalid-argument",
      parameter: "inputs",
      value: ["image"],
    });
    await session.dispose();
  });
});
