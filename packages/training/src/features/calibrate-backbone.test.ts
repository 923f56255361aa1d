import { expectNewTensors, randomTensor, useCpuBackend } from "@covidxr/testing";
import { beforeAll, expect, test } from "@jest/globals";
import {
  add,
  conv2d,
  dispose,
  moments,
  mul,
  relu,
  type Tensor,
  type Tensor4D,
  tensor4d,
} from "@tensorflow/tfjs-core";
import type { layers } from "@tensorflow/tfjs-layers";
import { IMAGE_SHAPE } from "../testing/shapes.js";
import { smallModel } from "../testing/small-model.js";
import { calibrateBackbone } from "./calibrate-backbone.js";

beforeAll(useCpuBackend);

const images = randomTensor("images", [4, ...IMAGE_SHAPE]);

/** Output of a convolution before its activation, by TensorFlow.js. */
function linear(layer: layers.Layer, value: Tensor4D): Tensor4D {
  const [kernel, bias] = layer.getWeights();
  return add(conv2d(value, kernel as Tensor4D, 1, "same"), bias!);
}

test("every channel of every convolution has mean 0 and variance 1 before the activation", async () => {
  const model = smallModel();
  const dense = model.getLayer("dense").getWeights()[0]!.dataSync();
  await expectNewTensors(() => calibrateBackbone(model, images));
  let value = tensor4d(images.data, images.dims as [number, number, number, number]);
  for (const name of ["frozen", "conv"]) {
    const output = linear(model.getLayer(name), value);
    const { mean, variance } = moments(output, [0, 1, 2]);
    for (const value of mean.dataSync()) expect(value).toBeCloseTo(0, 4);
    for (const value of variance.dataSync()) expect(value).toBeCloseTo(1, 4);
    value = relu(output);
  }
  expect(model.getLayer("dense").getWeights()[0]!.dataSync()).toEqual(dense);
});

test("a layer without variation keeps its scale", async () => {
  const model = smallModel();
  const zeros = model
    .getLayer("frozen")
    .getWeights()
    .map((w) => mul(w, 0));
  model.getLayer("frozen").setWeights(zeros);
  dispose(zeros as Tensor[]);
  await calibrateBackbone(model, images);
  expect([...model.getLayer("frozen").getWeights()[0]!.dataSync()].every((v) => v === 0)).toBe(true);
});

test("stops when it is interrupted", async () => {
  const run = calibrateBackbone(smallModel(), images, { signal: AbortSignal.abort() });
  await expect(run).rejects.toMatchObject({ kind: "interrupted", operation: "calibration" });
});
