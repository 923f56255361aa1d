import { expectNewTensors, useCpuBackend } from "@covidxr/testing";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { drawWeights } from "./draw-weights.js";
import { constructVgg19 } from "./vgg19.js";

beforeAll(useCpuBackend);

const LAYERS = ["block1_conv1", "block1_conv2", "block1_pool", "dense", "output"];

describe("drawWeights", () => {
  let model: LayersModel;
  beforeAll(() => {
    const head = { trainableLayers: 3, denseUnits: 16, dropout: 0.5, poolSize: 4 };
    model = constructVgg19({ height: 32, width: 32, ...head });
  });
  afterAll(() => {
    model.dispose();
  });

  test("draws each kernel by its layer's initialiser", async () => {
    const drawn = await expectNewTensors(() => drawWeights(model, LAYERS, 5));
    expect([...drawn].map(([name, { shape }]) => [name, shape])).toEqual([
      ["block1_conv1/kernel", [3, 3, 3, 64]],
      ["block1_conv2/kernel", [3, 3, 64, 64]],
      ["dense/kernel", [512, 16]],
      ["output/kernel", [16, 1]],
    ]);
    const largest = (name: string) => Math.max(...drawn.get(name)!.values.map(Math.abs));
    // Uniform draws reach towards their limit and never beyond; normal ones pass 3 standard deviations.
    expect(largest("dense/kernel")).toBeLessThanOrEqual(Math.sqrt(6 / 512));
    expect(largest("dense/kernel")).toBeGreaterThan(0.99 * Math.sqrt(6 / 512));
    expect(largest("output/kernel")).toBeLessThanOrEqual(Math.sqrt(6 / 17));
    expect(largest("output/kernel")).toBeGreaterThan(0.7 * Math.sqrt(6 / 17));
    expect(largest("block1_conv1/kernel")).toBeGreaterThan(3 * Math.sqrt(2 / 27));
    expect(largest("block1_conv2/kernel")).toBeGreaterThan(3 * Math.sqrt(2 / 576));
  });

  test("gives a layer the same values whichever others are drawn, and others for another seed or name", () => {
    const all = drawWeights(model, ["block1_conv1", "output"], 5);
    expect(drawWeights(model, ["output"], 5).get("output/kernel")).toEqual(all.get("output/kernel"));
    expect(drawWeights(model, ["output"], 6).get("output/kernel")).not.toEqual(all.get("output/kernel"));
  });
});
