import { mkdtemp, rename, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { InvalidArgumentError } from "@covidxr/core";
import { encodeImage, preprocess } from "@covidxr/image";
import { type ModelMetadata, saveModel, writeWeights } from "@covidxr/model";
import { useCpuBackend } from "@covidxr/testing";
import { beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { io, type Tensor, tensor } from "@tensorflow/tfjs-core";
import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import { probabilitiesOf } from "./classifier-network.js";
import { loadClassifier } from "./load-classifier.js";

beforeAll(useCpuBackend);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "covidxr-"));
});

const SIZE = { height: 4, width: 4 };
const METADATA = {
  decoder: "jimp",
  orientation: "apply",
  resize: "nearest",
  preprocessing: "rescale",
  inputSize: SIZE,
  threshold: 0.5,
  classes: ["dark", "bright"],
} as const satisfies ModelMetadata;

/** A network whose logit of unit u is `slopes[u]` times the mean brightness, plus `biases[u]`. */
function brightness(
  slopes: readonly number[],
  biases: readonly number[],
  activation: "sigmoid" | "softmax" | "linear",
): LayersModel {
  const units = slopes.length;
  const model = sequential({
    layers: [
      layers.globalAveragePooling2d({ inputShape: [SIZE.height, SIZE.width, 3], name: "mean" }),
      layers.dense({ units, activation, name: "output" }),
    ],
  });
  const kernel = Float32Array.from({ length: 3 * units }, (_, i) => slopes[i % units]! / 3);
  writeWeights(
    model,
    new Map([
      ["output/kernel", { shape: [3, units], values: kernel }],
      ["output/bias", { shape: [units], values: Float32Array.from(biases) }],
    ]),
  );
  return model;
}

/** A square of one grey, 0 to 255. */
const grey = (value: number) =>
  encodeImage({ width: 8, height: 8, data: new Uint8Array(8 * 8 * 3).fill(value) }, { format: "png" });

/** A PNG of 8 × 8 grey pixels, with further chunks. */
function greyPng(
  bitDepth: number,
  rows: readonly number[],
  more: [type: string, data: Buffer][] = [],
): Buffer {
  const chunks: [type: string, data: Buffer][] = [
    ["IHDR", Buffer.from([0, 0, 0, 8, 0, 0, 0, 8, bitDepth, 0, 0, 0, 0])],
    ...more,
    ["IDAT", deflateSync(Buffer.from(rows))],
    ["IEND", Buffer.alloc(0)],
  ];
  const parts = chunks.map(([type, data]) => {
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    const body = Buffer.concat([Buffer.from(type), data]);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  });
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), ...parts]);
}

describe("classify", () => {
  test.each<{ title: string; model: () => LayersModel; classes: string[]; of: (level: number) => string }>([
    {
      title: "one sigmoid unit: the second class above the threshold",
      model: () => brightness([20], [-10], "sigmoid"),
      classes: ["dark", "bright"],
      of: (level) => (level > 127 ? "bright" : "dark"),
    },
    {
      title: "two softmax units: the second class is the positive one",
      model: () => brightness([-20, 20], [10, -10], "softmax"),
      classes: ["dark", "bright"],
      of: (level) => (level > 127 ? "bright" : "dark"),
    },
    {
      title: "three softmax units: the class of the largest probability",
      model: () => brightness([-20, 0, 20], [5, 0, -15], "softmax"),
      classes: ["dark", "grey", "bright"],
      of: (level) => (level < 60 ? "dark" : level < 200 ? "grey" : "bright"),
    },
  ])("$title", async ({ model: make, classes, of }) => {
    const model = make();
    await saveModel(model, folder, { ...METADATA, classes });
    const classifier = await loadClassifier(folder);
    for (const level of [0, 40, 100, 150, 210, 255]) {
      const file = await grey(level);
      const found = await classifier.classify(file);
      expect(found.label).toBe(of(level));
      expect(found.probability).toBe(found.probabilities[found.label]);
      // TensorFlow.js' own prediction, by label.
      const image = await preprocess(file, { ...SIZE, name: "grey" });
      const output = model.predict(tensor(image, [1, 4, 4, 3])) as Tensor;
      const expected = [...output.dataSync()];
      const named = expected.length === 1 ? [1 - expected[0]!, expected[0]!] : expected;
      for (const [i, name] of classes.entries()) expect(found.probabilities[name]).toBeCloseTo(named[i]!, 5);
    }
    await classifier.dispose();
    model.dispose();
  });

  test("two softmax units keep the saved threshold, on the probability of the positive class", async () => {
    // The positive class has e / (1 + e) = 0.731 for white, the other one for black.
    const model = brightness([0, 1], [0, 0], "softmax");
    await saveModel(model, folder, { ...METADATA, threshold: 0.8 });
    const strict = await loadClassifier(folder);
    expect(await strict.classify(await grey(255))).toMatchObject({
      label: "dark",
      probability: expect.closeTo(1 - 0.7311, 3),
    });
    const lenient = await loadClassifier(folder, { metadata: { threshold: 0.7 } });
    expect((await lenient.classify(await grey(255))).label).toBe("bright");
    await Promise.all([strict.dispose(), lenient.dispose()]);
    model.dispose();
  });

  test("decodes, turns, resizes and normalises as the model was trained", async () => {
    // Stripes: nearest takes every second column, bilinear smooths. The network answers with the brightness itself.
    const data = Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => (Math.floor(i / 3) % 2 === 0 ? 0 : 255));
    const stripes = await encodeImage({ width: 8, height: 8, data }, { format: "png" });
    const model = brightness([1], [0], "sigmoid");
    const probabilities = new Set<number>();
    for (const resize of ["nearest", "bilinear"] as const) {
      for (const preprocessing of ["rescale", "caffe"] as const) {
        await saveModel(model, folder, { ...METADATA, resize, preprocessing });
        const classifier = await loadClassifier(folder);
        const { probabilities: found } = await classifier.classify(stripes);
        const input = await preprocess(stripes, { ...SIZE, method: resize, preprocessing, name: "stripes" });
        const mean = input.reduce((sum, value) => sum + value, 0) / input.length;
        expect(found.bright).toBeCloseTo(1 / (1 + Math.exp(-mean)), 5);
        probabilities.add(found.bright!);
        await classifier.dispose();
      }
    }
    expect(probabilities.size).toBe(4);
    model.dispose();
  });

  test("turns images as the model was trained", async () => {
    // White above black; the orientation says that the file is upside down.
    const rows = Array.from({ length: 8 }, (_, y) => [0, ...Array(8).fill(y < 4 ? 255 : 0)]);
    const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 3, 0, 0, 0, 0, 0, 0];
    const png = greyPng(8, rows.flat(), [["eXIf", Buffer.from(tiff)]]);
    // Only the upper half counts.
    const model = sequential({
      layers: [
        layers.flatten({ inputShape: [4, 4, 3] }),
        layers.dense({ units: 1, activation: "sigmoid", name: "output" }),
      ],
    });
    const values = Float32Array.from({ length: 48 }, (_, i) => (i < 24 ? 1 : -1));
    writeWeights(model, new Map([["output/kernel", { shape: [48, 1], values }]]));
    for (const [orientation, label] of [
      ["ignore", "bright"],
      ["apply", "dark"],
    ] as const) {
      await saveModel(model, folder, { ...METADATA, orientation });
      const classifier = await loadClassifier(folder);
      expect((await classifier.classify(png)).label).toBe(label);
      await classifier.dispose();
    }
    model.dispose();
  });

  test("16-bit images go through the window of the model; without one, those that need it are refused", async () => {
    // Pixels of the values 3000 and 3001: bright ones of twelve bits.
    const row = [0, ...Array(4).fill([0x0b, 0xb8, 0x0b, 0xb9]).flat()];
    const png = greyPng(16, Array(8).fill(row).flat());
    const model = brightness([20], [-10], "sigmoid");
    await saveModel(model, folder, { ...METADATA, window: { center: 2048, width: 4096 } });
    const windowed = await loadClassifier(folder);
    expect((await windowed.classify(png)).label).toBe("bright");
    await saveModel(model, folder, METADATA);
    const plain = await loadClassifier(folder);
    await expect(plain.classify(png)).rejects.toMatchObject({ kind: "image", reason: "narrow-range" });
    await Promise.all([windowed.dispose(), plain.dispose()]);
    model.dispose();
  });

  test.each([[[Number.NaN]], [[Number.NaN, Number.NaN]], [[1.5, -0.5]]])(
    "refuses %p, which are no probabilities",
    (output) => {
      expect(() => probabilitiesOf(output, "a.png")).toThrow(InvalidArgumentError);
      expect(() => probabilitiesOf(output, "a.png")).toThrow(expect.objectContaining({ parameter: "model" }));
    },
  );
});

describe("a model whose output or input is another", () => {
  const flat = (units: number, activation: "sigmoid" | "softmax" | "relu") =>
    brightness(Array(units).fill(1), Array(units).fill(0), activation as "sigmoid");

  test.each<{ title: string; model: () => LayersModel; classes: string[]; got: RegExp }>([
    {
      title: "no activation",
      model: () => brightness([1], [0], "linear"),
      classes: ["a", "b"],
      got: /1 linear unit/,
    },
    {
      title: "two sigmoid units",
      model: () => flat(2, "sigmoid"),
      classes: ["a", "b"],
      got: /2 sigmoid units/,
    },
    {
      title: "one softmax unit",
      model: () => flat(1, "softmax"),
      classes: ["a", "b"],
      got: /1 softmax unit/,
    },
    { title: "relu", model: () => flat(2, "relu"), classes: ["a", "b"], got: /2 relu units/ },
  ])("$title is refused", async ({ model: make, classes, got }) => {
    const model = make();
    await saveModel(model, folder, { ...METADATA, classes });
    model.dispose();
    const failure = await loadClassifier(folder).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InvalidArgumentError);
    expect(failure).toMatchObject({ parameter: "model", message: expect.stringMatching(got) });
  });

  test("a grey network is refused", async () => {
    const model = sequential({
      layers: [
        layers.globalAveragePooling2d({ inputShape: [4, 4, 1] }),
        layers.dense({ units: 1, activation: "sigmoid" }),
      ],
    });
    await saveModel(model, folder, METADATA);
    model.dispose();
    await expect(loadClassifier(folder)).rejects.toMatchObject({
      parameter: "model",
      message: expect.stringMatching(/takes \[4, 4, 1\]/),
    });
  });
});

describe("a model that TensorFlow.js saved", () => {
  beforeEach(async () => {
    const model = brightness([20], [-10], "sigmoid");
    await model.save(
      io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData, format }) => {
        const weightsManifest = [{ paths: ["weights.bin"], weights: weightSpecs }];
        await writeFile(
          join(folder, "model.json"),
          JSON.stringify({ format, modelTopology, weightsManifest }),
        );
        await writeFile(join(folder, "weights.bin"), Buffer.from(weightData as ArrayBuffer));
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
      }),
    );
    model.dispose();
  });

  test("is refused, with what to pass, and taken with it", async () => {
    const failure = await loadClassifier(folder).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InvalidArgumentError);
    expect(failure).toMatchObject({
      parameter: "metadata",
      message: expect.stringMatching(/resize.*threshold/),
    });
    await expect(loadClassifier(folder, { metadata: { resize: "nearest" } })).rejects.toMatchObject({
      parameter: expect.stringMatching(/^metadata\./),
    });
    const classifier = await loadClassifier(folder, { metadata: METADATA });
    expect((await classifier.classify(await grey(250))).label).toBe("bright");
    await classifier.dispose();
  });

  test("is found in the folder of a run, too", async () => {
    const run = await mkdtemp(join(tmpdir(), "covidxr-"));
    await rename(folder, join(run, "model"));
    const classifier = await loadClassifier(run, { metadata: METADATA });
    expect(classifier.classes).toEqual(METADATA.classes);
    await classifier.dispose();
  });
});

test("where the model's decoder is not installed, another one is taken only when it is named", async () => {
  const model = brightness([20], [-10], "sigmoid");
  await saveModel(model, folder, { ...METADATA, decoder: "sharp" });
  model.dispose();
  const bright = await grey(250);
  jest.resetModules();
  jest.doMock("sharp", () => {
    throw new Error("Cannot find module 'sharp'");
  });
  const { loadClassifier: load } = await import("./load-classifier.js");
  await expect(load(folder)).rejects.toMatchObject({
    kind: "invalid-argument",
    parameter: "decoder",
    message: expect.stringMatching(/install it, or pass metadata: \{ decoder: "jimp" \}/),
  });
  const classifier = await load(folder, { metadata: { decoder: "jimp" } });
  expect((await classifier.classify(bright)).label).toBe("bright");
  await classifier.dispose();
});
