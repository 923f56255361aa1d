import { mkdtemp, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InterruptedError } from "@covidxr/core";
import {
  expectNewTensors,
  randomizeWeights,
  randomTensor,
  relativeError,
  useCpuBackend,
} from "@covidxr/testing";
import { beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { dispose, mul, type Tensor, tensor } from "@tensorflow/tfjs-core";
import { type LayersModel, layers, model as layersModel, sequential } from "@tensorflow/tfjs-layers";
import { FEATURE_SHAPE, IMAGE_SHAPE } from "../testing/shapes.js";
import { smallModel } from "../testing/small-model.js";
import { extractFeatures, type FeatureSource } from "./extract-features.js";
import { asFloats, toHalf } from "./feature-array.js";
import { splitModel } from "./feature-extractor.js";

beforeAll(useCpuBackend);

let cacheFolder: string;
beforeEach(async () => {
  cacheFolder = join(await mkdtemp(join(tmpdir(), "covidxr-")), "features");
});

const image = (name: string) => randomTensor(name, IMAGE_SHAPE).data;
const source = (name: string): FeatureSource => ({ key: name, load: async () => image(name) });
const sources = ["a", "b", "c"].map(source);

function referenceFeatures(model: LayersModel, name: string): Float32Array {
  const prefix = layersModel({ inputs: model.inputs, outputs: model.getLayer("frozen").output as never });
  const input = tensor(image(name), [1, ...IMAGE_SHAPE]);
  const output = prefix.predict(input) as Tensor;
  const data = output.dataSync().slice() as Float32Array;
  dispose([input, output]);
  return data;
}

test("features are the frozen prefix's output, in the order of the sources", async () => {
  const model = smallModel();
  const progress: string[] = [];
  const features = await expectNewTensors(() =>
    extractFeatures(model, sources, {
      onProgress: ({ done, total, fromCache }) => progress.push(`${done}/${total} ${fromCache}`),
    }),
  );
  expect(features.shape).toEqual(FEATURE_SHAPE);
  ["a", "b", "c"].forEach((name, i) => {
    expect(relativeError(asFloats(features.values[i]!), referenceFeatures(model, name))).toBeLessThan(1e-5);
  });
  expect(progress).toEqual(["1/3 0", "2/3 0", "3/3 0"]);
  expect(features).toMatchObject({ computed: 3, damaged: 0 });
});

test("float16 features are the float32 ones rounded, also from the cache", async () => {
  const { values } = await extractFeatures(smallModel(), sources);
  for (const computed of [3, 0]) {
    const half = await extractFeatures(smallModel(), sources, { precision: "float16", cacheFolder });
    expect(half.values).toEqual(values.map((value) => toHalf(value as Float32Array)));
    expect(half).toMatchObject({ computed, damaged: 0 });
  }
  // Another precision is another entry.
  expect((await extractFeatures(smallModel(), sources, { cacheFolder })).computed).toBe(3);
});

test("cached images among new ones keep their places, whatever the batches", async () => {
  const five = ["a", "b", "c", "d", "e"].map(source);
  await extractFeatures(smallModel(), [five[1]!, five[3]!], { cacheFolder });
  const mixed = await extractFeatures(smallModel(), five, { cacheFolder, batchSize: 2 });
  expect(mixed.computed).toBe(3);
  expect(mixed.values).toEqual((await extractFeatures(smallModel(), five)).values);
});

test("an image's features do not depend on its neighbours", async () => {
  const [, second] = (await extractFeatures(smallModel(), sources)).values;
  const alone = await extractFeatures(smallModel(), [source("b")]);
  expect(alone.values[0]).toEqual(second);
});

let weights: Tensor[] | undefined;
test.each([
  [2, 2],
  [4, 5],
  [10, 11],
])(
  "of Winograd convolutions on %p x %p pixels, features have the same bits in any batch",
  async (rows, columns) => {
    const channels = 256;
    const model = sequential({ name: "wide" });
    model.add(layers.inputLayer({ inputShape: [rows, columns, channels], name: "image" }));
    const conv = {
      filters: channels,
      kernelSize: 3,
      padding: "same",
      activation: "relu",
      trainable: false,
    } as const;
    model.add(layers.conv2d({ name: "one", ...conv }));
    model.add(layers.conv2d({ name: "two", ...conv }));
    model.add(layers.globalAveragePooling2d({ name: "mean" }));
    model.add(layers.dense({ name: "output", units: 1, activation: "sigmoid" }));
    // Drawn once for all sizes: random numbers take longest here.
    if (weights === undefined) {
      randomizeWeights(model);
      weights = model.getWeights().map((weight) => weight.clone());
    }
    model.setWeights(weights);
    const images = randomTensor("images", [9, rows * columns * channels]).data;
    const nine = Array.from({ length: 9 }, (_, i) => ({
      key: `${i}`,
      load: async () => images.slice((i * images.length) / 9, ((i + 1) * images.length) / 9),
    }));
    const together = (await extractFeatures(model, nine)).values;
    for (const batchSize of [1, 2, 5]) {
      expect((await extractFeatures(model, nine, { batchSize })).values).toEqual(together);
    }
    model.dispose();
  },
);

describe("the cache", () => {
  const entries = async () =>
    (await readdir(cacheFolder, { recursive: true })).filter((name) => name.endsWith(".bin")).sort();
  const extract = (model = smallModel(), from = sources) => extractFeatures(model, from, { cacheFolder });

  test("a second run reads and does not load an image", async () => {
    const first = await extract();
    const unloadable = sources.map(({ key }) => ({
      key,
      load: () => Promise.reject(new Error(`${key} was loaded`)),
    }));
    const second = await extract(smallModel(), unloadable);
    expect(second.values).toEqual(first.values);
    expect(second).toMatchObject({ computed: 0, damaged: 0 });
  });

  test("a changed image computes anew, the others are read", async () => {
    await extract();
    const changed = [sources[0]!, source("b edited"), sources[2]!];
    expect((await extract(smallModel(), changed)).computed).toBe(1);
  });

  test("other prefix weights compute all anew, other tail weights none", async () => {
    await extract();
    const other = smallModel();
    const scaleBy2 = (name: string) => {
      const layer = other.getLayer(name);
      const scaled = layer.getWeights().map((w) => mul(w, 2));
      layer.setWeights(scaled);
      dispose(scaled);
    };
    scaleBy2("dense");
    expect((await extract(other)).computed).toBe(0);
    scaleBy2("frozen");
    expect((await extract(other)).computed).toBe(3);
  });

  test("an entry cut short or altered is noticed and made again", async () => {
    const first = await extract();
    const [short, altered] = await entries();
    await truncate(join(cacheFolder, short!), 60);
    const bytes = await readFile(join(cacheFolder, altered!));
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(join(cacheFolder, altered!), bytes);
    const second = await extract();
    expect(second).toMatchObject({ computed: 2, damaged: 2 });
    expect(second.values).toEqual(first.values);
    expect((await extract()).computed).toBe(0);
  });

  test("an interruption keeps what was computed", async () => {
    const controller = new AbortController();
    const run = extractFeatures(smallModel(), sources, {
      cacheFolder,
      batchSize: 1,
      signal: controller.signal,
      onProgress: ({ done }) => done === 2 && controller.abort(),
    });
    await expect(run).rejects.toBeInstanceOf(InterruptedError);
    await expect(run).rejects.toMatchObject({ operation: "feature extraction" });
    expect(await entries()).toHaveLength(2);
    expect((await extract()).computed).toBe(1);
  });

  test("a folder that cannot be written is an error, not a lost result", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "covidxr-")), "file");
    await writeFile(file, "");
    const run = extractFeatures(smallModel(), sources, { cacheFolder: file });
    await expect(run).rejects.toMatchObject({ kind: "file" });
  });
});

describe("splitModel", () => {
  test("cuts before the first trainable weight", () => {
    expect(splitModel(smallModel())).toEqual({ prefixTo: "frozen", tailFrom: "conv" });
  });

  test("refuses a model without a frozen prefix, or without a trainable tail", () => {
    const open = smallModel();
    open.getLayer("frozen").trainable = true;
    const frozen = smallModel();
    for (const layer of frozen.layers) layer.trainable = false;
    expect(() => splitModel(open)).toThrow(
      expect.objectContaining({ kind: "invalid-argument", value: "nothing frozen" }),
    );
    expect(() => splitModel(frozen)).toThrow(
      expect.objectContaining({ kind: "invalid-argument", value: "nothing trainable" }),
    );
  });
});
