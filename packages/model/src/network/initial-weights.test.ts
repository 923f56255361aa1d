import { createRng } from "@covidxr/core";
import { expectNewTensors, useCpuBackend } from "@covidxr/testing";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import fc from "fast-check";
import { drawWeights, glorotUniform, heNormal, heUniform } from "./initial-weights.js";
import { constructVgg19 } from "./vgg19.js";

const shapes = fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 }), fc.nat({ max: 20 }), fc.nat({ max: 20 }));

function moments(values: Float32Array): { mean: number; variance: number; largest: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variance, largest: values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) };
}

describe.each([
  // Variances by definition: He 2 / fan-in; Glorot 2 / (fan-in + fan-out); uniform in ±a has variance a²/3.
  { name: "heNormal", draw: heNormal, variance: 2 / (9 * 32), bound: 6.8 * Math.sqrt(2 / (9 * 32)) },
  { name: "heUniform", draw: heUniform, variance: 2 / (9 * 32), bound: Math.sqrt(6 / (9 * 32)) },
  {
    name: "glorotUniform",
    draw: glorotUniform,
    variance: 2 / (9 * (32 + 64)),
    bound: Math.sqrt(6 / (9 * 96)),
  },
])("$name", ({ draw, variance, bound }) => {
  test("has mean 0 and the variance of its definition", () => {
    const values = draw(createRng(3, { purpose: "test" }), [3, 3, 32, 64]);
    const found = moments(values);
    // 18,432 values: the mean's standard error is σ/136, the variance's at most σ²·√2/136; six of those.
    expect(Math.abs(found.mean)).toBeLessThan((6 * Math.sqrt(variance)) / 136);
    expect(Math.abs(found.variance / variance - 1)).toBeLessThan((6 * Math.SQRT2) / 136);
    expect(found.largest).toBeLessThanOrEqual(Math.fround(bound));
    // A sign or half of the range left out would show here.
    const median = values.toSorted()[values.length / 2]!;
    expect(Math.abs(median)).toBeLessThan((10 * Math.sqrt(variance)) / 136);
  });

  test("fills every shape, odd sizes included, with finite values that depend only on its stream", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const size = shape.reduce((product, side) => product * side, 1);
        const first = draw(createRng(1, { purpose: "a" }), shape);
        expect(first).toHaveLength(size);
        expect(first.every(Number.isFinite)).toBe(true);
        expect(draw(createRng(1, { purpose: "a" }), shape)).toEqual(first);
        if (size > 0) expect(draw(createRng(2, { purpose: "a" }), shape)).not.toEqual(first);
      }),
    );
  });
});

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

  test("draws the same values whichever other layers are drawn, and different ones for another seed or name", () => {
    const all = drawWeights(model, ["block1_conv1", "output"], 5);
    expect(drawWeights(model, ["output"], 5).get("output/kernel")).toEqual(all.get("output/kernel"));
    expect(drawWeights(model, ["output"], 6).get("output/kernel")).not.toEqual(all.get("output/kernel"));
  });
});
