import { createHash } from "node:crypto";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvalidArgumentError, WeightsError } from "@covidxr/core";
import { expectNewTensors, useCpuBackend } from "@covidxr/testing";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import fc from "fast-check";
import { counting, type FixtureWeight, writeKerasFile } from "../testing/write-keras-file.js";
import { readHdf5Header } from "./keras-file.js";
import { loadBackboneWeights } from "./load-backbone-weights.js";
import { readWeights } from "./model-weights.js";

function header(version: number, addressBytes: number, place: number, bytes: bigint): Uint8Array {
  const data = new Uint8Array(48);
  data.set([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, version]);
  data[version === 0 ? 13 : 9] = addressBytes;
  new DataView(data.buffer).setBigUint64(place, bytes, true);
  return data;
}

describe("readHdf5Header", () => {
  test.each([
    { version: 0, place: 40 },
    { version: 2, place: 28 },
    { version: 3, place: 28 },
  ])("reads the length from superblock version $version", ({ version, place }) => {
    expect(readHdf5Header(header(version, 8, place, 41_705_100n))).toEqual({
      isHdf5: true,
      bytes: 41_705_100,
    });
  });

  test.each([
    { version: 1, addressBytes: 8 },
    { version: 4, addressBytes: 8 },
    { version: 0, addressBytes: 4 },
  ])(
    "leaves version $version with $addressBytes-byte addresses to the library",
    ({ version, addressBytes }) => {
      expect(readHdf5Header(header(version, addressBytes, 40, 1n))).toEqual({
        isHdf5: true,
        bytes: undefined,
      });
    },
  );

  test("recognises other content, however short, as not HDF5", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (content) => {
        fc.pre(content[0] !== 0x89);
        expect(readHdf5Header(content)).toEqual({ isHdf5: false, bytes: undefined });
      }),
    );
  });
});

beforeAll(useCpuBackend);

let folder: string;
let model: LayersModel;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "covidxr-"));
  model = sequential({
    layers: [
      layers.conv2d({ inputShape: [8, 8, 3], filters: 2, kernelSize: 3, name: "block1_conv1" }),
      layers.conv2d({ filters: 4, kernelSize: 3, name: "block1_conv2" }),
      layers.maxPooling2d({ poolSize: 2, name: "block1_pool" }),
      layers.flatten({ name: "flatten" }),
      layers.dense({ units: 1, name: "dense", kernelInitializer: "ones" }),
    ],
  });
});
afterAll(() => {
  model.dispose();
});

type Layers = Record<string, readonly FixtureWeight[]>;

function weight(name: string, shape: readonly number[], seed: number): FixtureWeight {
  return { name, shape, values: counting(shape, seed) };
}

/** The file that fits the small model, with names in the style of the published VGG19 file. */
function fitting(): Layers {
  return {
    input_1: [],
    block1_conv1: [weight("block1_conv1_W_1:0", [3, 3, 3, 2], 1), weight("block1_conv1_b_1:0", [2], 2)],
    block1_conv2: [weight("block1_conv2_W_1:0", [3, 3, 2, 4], 3), weight("block1_conv2_b_1:0", [4], 4)],
    block1_pool: [],
  };
}

describe("loadBackboneWeights", () => {
  test.each([
    { title: "plain", options: {} },
    { title: "compressed", options: { compress: true } },
    { title: "inside a saved model", options: { below: "model_weights" } },
  ])("sets the backbone from a $title file and leaves the head", async ({ title, options }) => {
    const path = join(folder, `${title}.h5`);
    await writeKerasFile(path, fitting(), options);
    const loaded = await expectNewTensors(() => loadBackboneWeights(model, path));
    const digest = createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
    expect(loaded).toEqual({ digest, layers: 2 });
    const weights = readWeights(model);
    expect(weights.get("block1_conv1/kernel")!.values).toEqual(counting([3, 3, 3, 2], 1));
    expect(weights.get("block1_conv1/bias")!.values).toEqual(counting([2], 2));
    expect(weights.get("block1_conv2/kernel")!.values).toEqual(counting([3, 3, 2, 4], 3));
    expect(weights.get("block1_conv2/bias")!.values).toEqual(counting([4], 4));
    expect(new Set(weights.get("dense/kernel")!.values)).toEqual(new Set([1]));
  });

  test("reads the names of later Keras and float64 values", async () => {
    const path = join(folder, "later.h5");
    const kernel = Float64Array.from(counting([3, 3, 3, 2], 5));
    await writeKerasFile(path, {
      ...fitting(),
      block1_conv1: [
        { name: "block1_conv1/kernel:0", shape: [3, 3, 3, 2], values: kernel },
        weight("bias:0", [2], 6),
      ],
    });
    await loadBackboneWeights(model, path);
    expect(readWeights(model).get("block1_conv1/kernel")!.values).toEqual(counting([3, 3, 3, 2], 5));
  });

  test.each<{
    title: string;
    change: (layers: Layers) => void;
    reason: string;
    layer?: string;
    says: RegExp;
  }>([
    {
      title: "a missing layer",
      change: (file) => delete file.block1_conv2,
      reason: "layer-missing",
      layer: "block1_conv2",
      says: /got only those of block1_conv1;/,
    },
    {
      title: "a classification top",
      change: (file) => {
        file.fc1 = [weight("kernel", [2], 0)];
      },
      reason: "layer-unexpected",
      layer: "fc1",
      says: /_notop\.h5/,
    },
    {
      title: "a layer of another network",
      change: (file) => {
        file.block1_conv3 = [weight("kernel", [2], 0)];
      },
      reason: "layer-unexpected",
      layer: "block1_conv3",
      says: /only the layers of VGG19/,
    },
    {
      title: "a kernel in Theano's order",
      change: (file) => {
        file.block1_conv1 = [weight("kernel", [2, 3, 3, 3], 0), weight("bias", [2], 0)];
      },
      reason: "shape-mismatch",
      layer: "block1_conv1",
      says: /\[3,3,3,2\], \[2\], got \[2,3,3,3\], \[2\]/,
    },
    {
      title: "a layer without its bias",
      change: (file) => {
        file.block1_conv2 = [weight("kernel", [3, 3, 2, 4], 0)];
      },
      reason: "shape-mismatch",
      layer: "block1_conv2",
      says: /got \[3,3,2,4\];/,
    },
    {
      title: "integer values",
      change: (file) => {
        file.block1_conv2 = [
          weight("kernel", [3, 3, 2, 4], 0),
          { name: "bias", shape: [4], values: new Int32Array(4) },
        ];
      },
      reason: "unreadable",
      says: /float32 or float64/,
    },
    {
      title: "a value that is not finite",
      change: (file) => {
        const values = Float32Array.of(1, Number.NaN, 2, 3);
        file.block1_conv2 = [weight("kernel", [3, 3, 2, 4], 0), { name: "bias", shape: [4], values }];
      },
      reason: "unreadable",
      layer: "block1_conv2",
      says: /layer block1_conv2 with some in its bias that are not finite/,
    },
    {
      title: "a layer of zeros",
      change: (file) => {
        const values = new Float32Array(3 * 3 * 2 * 4);
        file.block1_conv2 = [{ name: "kernel", shape: [3, 3, 2, 4], values }, weight("bias", [4], 0)];
      },
      reason: "layer-blank",
      layer: "block1_conv2",
      says: /layer block1_conv2 whose kernel has the value 0 throughout; .*sha256sum FILE/,
    },
  ])("refuses $title and leaves the model as it was", async ({ title, change, reason, layer, says }) => {
    const path = join(folder, `${title}.h5`);
    const file = fitting();
    change(file);
    await writeKerasFile(path, file);
    const before = readWeights(model);
    const error = await expectNewTensors(() => failure(loadBackboneWeights(model, path)));
    expect(error).toBeInstanceOf(WeightsError);
    expect(error).toMatchObject({ reason, layer, source: path, message: expect.stringMatching(says) });
    expect(readWeights(model)).toEqual(before);
  });

  test("refuses a file that is missing, not HDF5, or without Keras' attributes", async () => {
    const absent = join(folder, "absent.h5");
    expect(await failure(loadBackboneWeights(model, absent))).toMatchObject({
      reason: "missing",
      message: expect.stringContaining(absent),
    });
    expect(await failure(loadBackboneWeights(model, folder))).toMatchObject({ reason: "unreadable" });
    const text = join(folder, "text.h5");
    await writeFile(text, "<html>404</html>");
    expect(await failure(loadBackboneWeights(model, text))).toMatchObject({
      reason: "unreadable",
      message: expect.stringContaining("not HDF5"),
    });
    const hdf5 = await import("h5wasm/node");
    await hdf5.ready;
    const empty = join(folder, "empty.h5");
    new hdf5.File(empty, "w").close();
    expect(await failure(loadBackboneWeights(model, empty))).toMatchObject({
      reason: "unreadable",
      message: expect.stringContaining("layer_names"),
    });
  });

  test("detects a truncated file", async () => {
    const path = join(folder, "whole.h5");
    await writeKerasFile(path, fitting());
    const content = await readFile(path);
    const cut = join(folder, "cut.h5");
    await writeFile(cut, content.subarray(0, content.length - 100));
    expect(await failure(loadBackboneWeights(model, cut))).toMatchObject({
      reason: "unreadable",
      message: expect.stringContaining(`${content.length - 100} of its ${content.length} bytes`),
    });
  });

  test("refuses damaged compressed data instead of loading what is in memory", async () => {
    const path = join(folder, "whole-compressed.h5");
    const values = Float32Array.from({ length: 54 }, (_, index) => Math.sin(index));
    const file = { ...fitting() };
    file.block1_conv1 = [{ name: "kernel", shape: [3, 3, 3, 2], values }, weight("bias", [2], 0)];
    await writeKerasFile(path, file, { compress: true });
    const content = await readFile(path);
    // Compressed chunks begin with the zlib header 78 01, 5e, 9c or da (RFC 1950); break the deflate blocks.
    let damaged = 0;
    for (let place = 0; place + 20 < content.length; place++) {
      if (content[place] === 0x78 && [0x01, 0x5e, 0x9c, 0xda].includes(content[place + 1]!)) {
        content.fill(0xff, place + 2, place + 12);
        damaged += 1;
      }
    }
    expect(damaged).toBeGreaterThan(0);
    const broken = join(folder, "broken.h5");
    await writeFile(broken, content);
    expect(await failure(loadBackboneWeights(model, broken))).toMatchObject({
      reason: "unreadable",
      message: expect.stringContaining("damaged"),
    });
    // The handle is free again: the same path can hold a good file at once.
    await writeKerasFile(broken, fitting());
    await expect(loadBackboneWeights(model, broken)).resolves.toMatchObject({ layers: 2 });
  });

  test("refuses a model without VGG19 layers", async () => {
    const other = sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] });
    const error = await failure(loadBackboneWeights(other, "any.h5"));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toMatchObject({ parameter: "model" });
    other.dispose();
  });
});

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => {
      throw new Error("expected a failure");
    },
    (error: unknown) => error,
  );
}
