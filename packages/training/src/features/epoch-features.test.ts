import { InvalidArgumentError } from "@covidxr/core";
import { randomTensor, useCpuBackend } from "@covidxr/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { IMAGE_SHAPE } from "../testing/shapes.js";
import { smallModel } from "../testing/small-model.js";
import { streamedFeatures, variantFeatures } from "./epoch-features.js";
import { extractFeatures } from "./extract-features.js";
import { createFeatureExtractor } from "./feature-extractor.js";

beforeAll(useCpuBackend);

describe("variantFeatures", () => {
  const copies = (k: number) =>
    Array.from({ length: k }, (_, copy) => [0, 1, 2].map((image) => Float32Array.of(copy, image)));
  const labels = [0, 1, 0];

  test("in any K epochs in a row each copy is seen once, by all images of an epoch alike", async () => {
    const images = variantFeatures(copies(4), labels, 3);
    const seen: number[] = [];
    for (let epoch = 1; epoch <= 8; epoch++) {
      const features = await images.features(epoch, [2, 0]);
      expect(features.map(([, image]) => image)).toEqual([2, 0]);
      expect(features[0]![0]).toBe(features[1]![0]);
      seen.push(features[0]![0]!);
    }
    for (let start = 0; start + 4 <= seen.length; start++) {
      expect(seen.slice(start, start + 4).sort()).toEqual([0, 1, 2, 3]);
    }
  });

  test("the seed decides the order of the copies", async () => {
    const order = async (seed: number) => {
      const images = variantFeatures(copies(8), labels, seed);
      return Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(async (e) => (await images.features(e, [0]))[0]![0]));
    };
    expect(await order(1)).toEqual(await order(1));
    expect(await order(1)).not.toEqual(await order(2));
  });

  test.each([
    { variants: [], value: 0 },
    { variants: [[Float32Array.of(1)]], value: 1 },
  ])("refuses lists that do not fit the labels", ({ variants, value }) => {
    const make = () => variantFeatures(variants, labels, 1);
    expect(make).toThrow(InvalidArgumentError);
    expect(make).toThrow(expect.objectContaining({ parameter: "variants", value }));
  });
});

describe("origins", () => {
  const origins = ["a", "b"].map((path) => ({ path, patientId: null }));
  const one = [Float32Array.of(1), Float32Array.of(2)];
  const nothing = { run: () => Promise.reject(new Error("expected no image")) } as never;
  const load = () => Promise.reject(new Error("expected no image"));
  test.each([
    ["variantFeatures", (given?: typeof origins) => variantFeatures([one], [0, 1], 1, given)],
    ["streamedFeatures", (given?: typeof origins) => streamedFeatures(nothing, [0, 1], load, given)],
  ])("%s hands them on, and refuses another number than labels", (_, make) => {
    expect(make(origins).origins).toBe(origins);
    expect(make()).not.toHaveProperty("origins");
    const short = () => make(origins.slice(1));
    expect(short).toThrow(InvalidArgumentError);
    expect(short).toThrow(expect.objectContaining({ parameter: "origins", value: 1 }));
  });
});

test("streamedFeatures computes what extractFeatures would, for more images than run together", async () => {
  const model = smallModel();
  const input = (epoch: number, row: number) => randomTensor(`${epoch}/${row}`, IMAGE_SHAPE).data;
  const extractor = createFeatureExtractor(model);
  const images = streamedFeatures(extractor, Array(20).fill(0), async (epoch, row) => input(epoch, row));
  const rows = Uint32Array.from({ length: 17 }, (_, i) => 19 - i);
  const streamed = await images.features(2, rows);
  const sources = Array.from(rows, (row) => ({ key: `${row}`, load: async () => input(2, row) }));
  expect(streamed).toEqual((await extractFeatures(model, sources)).values);
  await extractor.dispose();
});
