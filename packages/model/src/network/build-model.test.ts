import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvalidArgumentError, WeightsError } from "@covidxr/core";
import { writeDigestBeside } from "@covidxr/core/files";
import { expectNewTensors, useCpuBackend } from "@covidxr/testing";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { memory } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { type FixtureWeight, writeKerasFile } from "../testing/write-keras-file.js";
import { digestWeights, readWeights } from "../weights/model-weights.js";
import { type BuildModelOptions, buildModel } from "./build-model.js";
import { drawWeights } from "./initial-weights.js";
import { constructVgg19, VGG19_LAYERS, type Vgg19Shape } from "./vgg19.js";

beforeAll(useCpuBackend);

const STUDY = { trainableLayers: 3, denseUnits: 128, dropout: 0.5, poolSize: 4 } as const;
// 16 convolutions and 2 dense layers, a kernel and a bias each.
const WEIGHTS = 36;

describe("a network of 32 × 32 from a file", () => {
  let folder: string;
  let path: string;
  let model: LayersModel;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "covidxr-"));
    path = join(folder, "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5");
    const empty = constructVgg19({ height: 32, width: 32, ...STUDY });
    const layers: Record<string, FixtureWeight[]> = {};
    for (const [index, name] of VGG19_LAYERS.entries()) {
      layers[name] = empty.getLayer(name).weights.map(({ shape }, place) => {
        const values = new Float32Array(shape.reduce<number>((size, side) => size * side!, 1));
        return { name: `${place}`, shape: shape as number[], values: values.fill(index + place / 2) };
      });
    }
    empty.dispose();
    await writeKerasFile(path, layers);
    // Kernels of one value are meant so.
    await writeDigestBeside(
      path,
      createHash("sha256")
        .update(await readFile(path))
        .digest("hex"),
    );
    model = await expectNewTensors(
      () => buildModel({ height: 32, width: 32, seed: 7, weights: path, denseUnits: 8 }),
      WEIGHTS,
    );
  });
  afterAll(async () => {
    const before = memory().numTensors;
    model.dispose();
    expect(before - memory().numTensors).toBe(WEIGHTS);
    await rm(folder, { recursive: true });
  });

  test("loads every convolution by name, and draws the head", () => {
    const weights = readWeights(model);
    for (const [index, name] of VGG19_LAYERS.entries()) {
      if (name.endsWith("pool")) continue;
      for (const [place, part] of ["kernel", "bias"].entries()) {
        const { values } = weights.get(`${name}/${part}`)!;
        expect([values[0], values.at(-1)]).toEqual([index + place / 2, index + place / 2]);
      }
    }
    for (const layer of ["dense", "output"]) {
      expect(weights.get(`${layer}/kernel`)!.values).toEqual(
        drawWeights(model, [layer], 7).get(`${layer}/kernel`)!.values,
      );
      expect(new Set(weights.get(`${layer}/bias`)!.values)).toEqual(new Set([0]));
    }
  });

  test("is the same for any input size and number of trained layers with that head", async () => {
    // 32 × 64 leaves [1, 2] after block5, which a pooling of 2 covers.
    const options = { height: 32, width: 64, denseUnits: 8, trainableLayers: 0, poolSize: 2 };
    const twin = await buildModel({ ...options, weights: path, seed: 7 });
    expect(digestWeights(twin)).toBe(digestWeights(model));
    twin.dispose();
    const other = await buildModel({ ...options, weights: path, seed: 8 });
    expect(digestWeights(other, { layers: VGG19_LAYERS })).toBe(
      digestWeights(model, { layers: VGG19_LAYERS }),
    );
    for (const layer of ["dense", "output"]) {
      expect(digestWeights(other, { layers: [layer] })).not.toBe(digestWeights(model, { layers: [layer] }));
    }
    other.dispose();
  });

  test("does not take a file of one's own for the published one", async () => {
    const failure = buildModel({ height: 32, width: 32, seed: 7, cacheFolder: folder });
    await expect(failure).rejects.toBeInstanceOf(WeightsError);
    await expect(failure).rejects.toMatchObject({ reason: "altered", source: path });
  });

  test("refuses a backbone in memory that has one value throughout", async () => {
    const backbone = readWeights(model);
    const failure = buildModel({ height: 32, width: 32, seed: 7, backbone });
    await expect(failure).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(failure).rejects.toMatchObject({ parameter: "backbone", value: "block1_conv1/kernel" });
  });
});

describe("constructVgg19", () => {
  function withModel<T>(shape: Partial<Vgg19Shape>, work: (model: LayersModel) => T): T {
    const model = constructVgg19({ height: 32, width: 32, ...STUDY, denseUnits: 1, ...shape });
    try {
      return work(model);
    } finally {
      model.dispose();
    }
  }

  test.each([
    { height: 32, width: 32, pooled: [1, 1] },
    { height: 127, width: 96, pooled: [1, 1] },
    { height: 128, width: 255, pooled: [1, 1] },
    { height: 224, width: 256, pooled: [1, 2] },
    { height: 33, width: 320, pooled: [1, 2] },
    { height: 320, width: 382, pooled: [2, 2] },
  ])("pools block5 of $height × $width to $pooled", ({ height, width, pooled }) => {
    withModel({ height, width }, (model) => {
      expect(model.getLayer("average_pooling2d").outputShape).toEqual([null, ...pooled, 512]);
      expect(model.outputs[0]!.shape).toEqual([null, 1]);
    });
  });

  test.each([
    { trainableLayers: 0, first: undefined },
    { trainableLayers: 1, first: "block5_pool" },
    { trainableLayers: 3, first: "block5_conv3" },
    { trainableLayers: 20, first: "block1_conv2" },
    { trainableLayers: 21, first: "block1_conv1" },
  ])("trains the last $trainableLayers backbone layers and the head", ({ trainableLayers, first }) => {
    withModel({ trainableLayers }, (model) => {
      const trained = model.layers.filter((layer) => layer.trainable).map((layer) => layer.name);
      const backbone = first === undefined ? [] : VGG19_LAYERS.slice(VGG19_LAYERS.indexOf(first));
      expect(trained.filter((name) => VGG19_LAYERS.includes(name))).toEqual(backbone);
      expect(trained).toEqual(expect.arrayContaining(["dense", "output"]));
      const convolutions = backbone.filter((name) => name.includes("conv")).length;
      expect(model.trainableWeights).toHaveLength(2 * convolutions + 4);
    });
  });

  test("sets the head as the study describes it", () => {
    withModel({ denseUnits: 128 }, (model) => {
      expect(model.getLayer("dense").getConfig()).toMatchObject({
        units: 128,
        activation: "relu",
        kernelInitializer: { className: "VarianceScaling" },
      });
      expect(model.getLayer("dropout").getConfig()).toMatchObject({ rate: 0.5 });
      expect(model.getLayer("output").getConfig()).toMatchObject({ units: 1, activation: "sigmoid" });
    });
  });
});

test("a backbone in memory is copied, and the seed only affects the head", async () => {
  const size = { height: 32, width: 32, weights: "random" } as const;
  const digest = (model: LayersModel, layers: readonly string[]) => digestWeights(model, { layers });
  const first = await buildModel({ ...size, seed: 1 });
  const backbone = readWeights(first);
  const second = await buildModel({ ...size, seed: 2, backbone });
  backbone.get("block1_conv1/kernel")!.values.fill(0);
  expect(digest(second, VGG19_LAYERS)).toBe(digest(first, VGG19_LAYERS));
  expect(digest(second, ["dense"])).not.toBe(digest(first, ["dense"]));
  first.dispose();
  second.dispose();
});

describe("buildModel refuses", () => {
  test.each<{ parameter: string; change: Partial<BuildModelOptions> }>([
    { parameter: "height", change: { height: 31 } },
    { parameter: "height", change: { height: 32.5 } },
    { parameter: "width", change: { width: Number.NaN } },
    { parameter: "trainableLayers", change: { trainableLayers: 22 } },
    { parameter: "trainableLayers", change: { trainableLayers: -1 } },
    { parameter: "denseUnits", change: { denseUnits: 0 } },
    { parameter: "dropout", change: { dropout: 1 } },
    { parameter: "dropout", change: { dropout: -0.1 } },
    { parameter: "poolSize", change: { poolSize: 0 } },
    { parameter: "weights", change: { weights: "" } },
    { parameter: "backbone", change: { backbone: new Map() } },
    { parameter: "seed", change: { seed: -1 } },
    // More than any machine holds.
    { parameter: "height", change: { height: 1e9, width: 1e9 } },
    { parameter: "height", change: { height: 20_000, width: 20_000 } },
    { parameter: "denseUnits", change: { denseUnits: 1e9 } },
  ])("$change", async ({ parameter, change }) => {
    const failure = () => buildModel({ height: 32, width: 32, seed: 0, weights: "random", ...change });
    await expectNewTensors(() => expect(failure()).rejects.toBeInstanceOf(InvalidArgumentError));
    await expect(failure()).rejects.toMatchObject({ parameter });
  });

  test("missing weights, and never falls back to random ones", async () => {
    const options = { height: 32, width: 32, seed: 0, cacheFolder: "/nonexistent/covidxr" };
    const failure = buildModel(options);
    await expect(failure).rejects.toBeInstanceOf(WeightsError);
    await expect(failure).rejects.toMatchObject({ reason: "missing", source: "imagenet" });
    await expect(buildModel({ ...options, weights: "/nonexistent/weights.h5" })).rejects.toMatchObject({
      reason: "missing",
    });
  });

  test("weights of another network, and leaves no tensor behind", async () => {
    // This very file is no HDF5.
    const options = { height: 32, width: 32, seed: 0, weights: __filename };
    await expectNewTensors(() =>
      expect(buildModel(options)).rejects.toMatchObject({ kind: "weights", reason: "unreadable" }),
    );
  });
});
