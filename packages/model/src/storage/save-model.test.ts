import { mkdtemp, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { FileError, InvalidArgumentError } from "@covidxr/core";
import { expectNewTensors, useCpuBackend } from "@covidxr/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { io, ones, type Tensor } from "@tensorflow/tfjs-core";
import { constraints, type LayersModel, layers, loadLayersModel, sequential } from "@tensorflow/tfjs-layers";
import { METADATA, tinyModel } from "../testing/models.js";
import { digestWeights, readWeights, writeWeights } from "../weights/model-weights.js";
import { loadModel } from "./load-model.js";
import type { ModelMetadata } from "./model-metadata.js";
import { saveModel } from "./save-model.js";

beforeAll(useCpuBackend);

let folder: string;
let before: LayersModel;
let after: LayersModel;

beforeAll(() => {
  before = tinyModel(1);
  after = tinyModel(2);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "covidxr-"));
});
afterAll(() => {
  before.dispose();
  after.dispose();
});

async function loadedDigest(from: string): Promise<string> {
  const { model } = await loadModel(from);
  const digest = digestWeights(model);
  model.dispose();
  return digest;
}

function score(model: LayersModel): number {
  const image = ones([1, 4, 5, 3]);
  const scores = model.predict(image) as Tensor;
  const [value] = scores.dataSync();
  image.dispose();
  scores.dispose();
  return value!;
}

describe("saveModel", () => {
  test("writes model.json and one file of values, and leaves no tensor behind", async () => {
    const saved = await expectNewTensors(() => saveModel(before, join(folder, "new", "model"), METADATA));
    expect(saved.modelPath).toBe(join(folder, "new", "model", "model.json"));
    // 54 + 2 + 12 + 1 float32 values.
    expect(saved.bytes).toBe(276);
    expect((await stat(saved.weightsPath)).size).toBe(276);
    expect((await readdir(join(folder, "new", "model"))).sort()).toEqual([
      "model.json",
      basename(saved.weightsPath),
    ]);
  });

  test("TensorFlow.js loads it over HTTP like any other model", async () => {
    await saveModel(before, folder, METADATA);
    const fetchFunc = async (url: unknown) => {
      const content = await readFile(join(folder, basename(String(url))));
      return {
        ok: true,
        json: async () => JSON.parse(content.toString()),
        arrayBuffer: async () => new Uint8Array(content).buffer,
      };
    };
    const handler = io.http("http://localhost/model/model.json", {
      fetchFunc: fetchFunc as unknown as typeof fetch,
    });
    const model = await loadLayersModel(handler);
    expect(score(model)).toBe(score(before));
    expect(model.getUserDefinedMetadata()).toMatchObject({ preprocessing: "rescale", threshold: 0.7 });
    model.dispose();
  });

  test("replaces the previous model, removes its values and partial files, keeps other files", async () => {
    await saveModel(before, folder, METADATA);
    const debris = `weights-${"0".repeat(64)}.bin.123456`;
    for (const name of [debris, "model.json.42", "notes.txt", "group1-shard1of1.bin"]) {
      await writeFile(join(folder, name), "x");
    }
    const saved = await saveModel(after, folder, { ...METADATA, threshold: 0.5 });
    expect((await readdir(folder)).sort()).toEqual([
      "group1-shard1of1.bin",
      "model.json",
      "notes.txt",
      basename(saved.weightsPath),
    ]);
    expect(await loadedDigest(folder)).toBe(digestWeights(after));
  });

  test("a crash between any two steps leaves the old model or the new one", async () => {
    const spare = await mkdtemp(join(tmpdir(), "covidxr-"));
    const next = await saveModel(after, spare, METADATA);
    const old = await saveModel(before, folder, METADATA);

    // Values half-written, then whole, description still old.
    const values = await readFile(next.weightsPath);
    const target = join(folder, basename(next.weightsPath));
    await writeFile(`${target}.99`, values.subarray(0, 10));
    expect(await loadedDigest(folder)).toBe(digestWeights(before));
    await writeFile(target, values);
    expect(await loadedDigest(folder)).toBe(digestWeights(before));
    // Description renamed, old values not yet removed.
    await rename(next.modelPath, old.modelPath);
    expect(await loadedDigest(folder)).toBe(digestWeights(after));
  });

  test("a failed save leaves the old model", async () => {
    await saveModel(before, folder, METADATA);
    const blocked = join(folder, "model.json", "inside");
    const failure = saveModel(after, blocked, METADATA);
    await expect(failure).rejects.toBeInstanceOf(FileError);
    await expect(failure).rejects.toMatchObject({ reason: "unwritable" });
    expect(await loadedDigest(folder)).toBe(digestWeights(before));
  });

  test.each<{ field: string; change: object }>([
    { field: "metadata.preprocessing", change: { preprocessing: "imagenet" } },
    { field: "metadata.inputSize", change: { inputSize: { height: 5, width: 4 } } },
    { field: "metadata.inputSize", change: { inputSize: undefined } },
    { field: "metadata.resize", change: { resize: undefined } },
    { field: "metadata.resize", change: { resize: "cubic" } },
    { field: "metadata.decoder", change: { decoder: undefined } },
    { field: "metadata.decoder", change: { decoder: "auto" } },
    { field: "metadata.orientation", change: { orientation: undefined } },
    { field: "metadata.window", change: { window: { center: 2048 } } },
    { field: "metadata.window", change: { window: { center: 2048, width: 0 } } },
    { field: "metadata.window", change: { window: "all" } },
    { field: "resizing", change: { resizing: "nearest" } },
    { field: "metadata.threshold", change: { threshold: 1.1 } },
    { field: "metadata.threshold", change: { threshold: Number.NaN } },
    { field: "metadata.classes", change: { classes: ["COVID-19"] } },
    { field: "metadata.classes", change: { classes: ["a", "a"] } },
    { field: "metadata.classes", change: { classes: ["", "a"] } },
    { field: "metadata.provenance", change: { provenance: { loss: Number.NaN } } },
    { field: "metadata.provenance", change: { provenance: { when: new Date(0) } } },
    { field: "metadata.provenance", change: { provenance: { absent: undefined } } },
    { field: "metadata.provenance", change: { provenance: [1] } },
  ])("refuses $field of $change and writes nothing", async ({ field, change }) => {
    const failure = saveModel(before, folder, { ...METADATA, ...change } as ModelMetadata);
    await expect(failure).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(failure).rejects.toMatchObject({ parameter: field });
    expect(await readdir(folder)).toEqual([]);
  });
});

test("weights that a constraint would change come back as they were, and the constraint with them", async () => {
  const model = sequential({ name: "constrained" });
  model.add(layers.flatten({ inputShape: [4, 5, 3], name: "flat" }));
  const frozen = { trainable: false, kernelConstraint: constraints.nonNeg() };
  model.add(layers.dense({ name: "frozen", units: 2, ...frozen }));
  const kernelConstraint = constraints.unitNorm({ axis: 0 });
  model.add(layers.dense({ name: "output", units: 1, activation: "sigmoid", kernelConstraint }));
  const weights = readWeights(model);
  weights.get("frozen/kernel")!.values.fill(-0.25);
  weights.get("output/kernel")!.values.set([3, 4]);
  writeWeights(model, weights);
  expect(readWeights(model)).toEqual(weights);
  await saveModel(model, folder, METADATA);
  const { model: loaded } = await loadModel(folder);
  expect(readWeights(loaded)).toEqual(weights);
  const output = loaded.getLayer("output");
  expect(output.getConfig()).toMatchObject({ kernelConstraint: { className: "UnitNorm" } });
  // Later writes are constrained again.
  output.setWeights(output.getWeights().map((weight) => weight.clone()));
  const [kernel] = output.getWeights();
  expect([...kernel!.dataSync()].map((value) => value.toFixed(5))).toEqual(["0.60000", "0.80000"]);
  loaded.dispose();
  model.dispose();
});
