import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError } from "@covidxr/core";
import { expectNewTensors, useCpuBackend } from "@covidxr/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { METADATA, tinyModel } from "../testing/models.js";
import { digestWeights } from "../weights/model-weights.js";
import { loadModel } from "./load-model.js";
import { type SavedModel, saveModel } from "./save-model.js";

beforeAll(useCpuBackend);

let original: LayersModel;
let folder: string;
let saved: SavedModel;

beforeAll(() => {
  original = tinyModel(1);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "covidxr-"));
  saved = await saveModel(original, folder, METADATA);
});
afterAll(() => {
  original.dispose();
});

describe("loadModel", () => {
  test("restores weights bit for bit, which layers train, and the metadata", async () => {
    const { model, metadata } = await expectNewTensors(() => loadModel(folder), 4);
    expect(digestWeights(model)).toBe(digestWeights(original));
    expect(model.layers.map((layer) => [layer.name, layer.trainable])).toEqual([
      ["conv", false],
      ["flatten", true],
      ["output", true],
    ]);
    expect(metadata).toEqual(METADATA);
    // Saved again it is the same, byte for byte.
    const again = await mkdtemp(join(tmpdir(), "covidxr-"));
    const second = await saveModel(model, again, metadata!);
    expect(await readFile(second.modelPath, "utf8")).toBe(await readFile(saved.modelPath, "utf8"));
    model.dispose();
  });

  test("names the file that is missing", async () => {
    await rm(saved.weightsPath);
    await expect(loadModel(folder)).rejects.toMatchObject({ reason: "missing", path: saved.weightsPath });
    const nowhere = loadModel(join(folder, "none"));
    await expect(nowhere).rejects.toBeInstanceOf(FileError);
    await expect(nowhere).rejects.toMatchObject({
      reason: "missing",
      path: join(folder, "none", "model.json"),
    });
  });

  test("a folder in place of model.json is unreadable", async () => {
    await expect(loadModel(join(folder, ".."))).rejects.toMatchObject({ reason: "missing" });
    const { mkdir } = await import("node:fs/promises");
    await rm(saved.modelPath);
    await mkdir(saved.modelPath);
    await expect(loadModel(folder)).rejects.toMatchObject({ reason: "unreadable", path: saved.modelPath });
  });

  test.each([
    { title: "cut short", change: (values: Buffer) => values.subarray(0, -1) },
    { title: "too long", change: (values: Buffer) => Buffer.concat([values, Buffer.of(0)]) },
    {
      title: "changed in one bit",
      change: (values: Buffer) => Buffer.from(values).fill(values[100]! ^ 1, 100, 101),
    },
  ])("values $title are corrupt", async ({ change }) => {
    await writeFile(saved.weightsPath, change(await readFile(saved.weightsPath)));
    await expectCorrupt(saved.weightsPath);
  });

  test.each<{ title: string; change: (json: SavedJson) => void }>([
    { title: "no topology", change: (json) => delete json.modelTopology },
    { title: "no metadata", change: (json) => delete json.userDefinedMetadata },
    { title: "no version of its metadata", change: (json) => delete json.userDefinedMetadata!.formatVersion },
    { title: "no digest", change: (json) => delete json.userDefinedMetadata!.digest },
    { title: "a threshold of text", change: (json) => (json.userDefinedMetadata!.threshold = "0.7") },
    { title: "another input size", change: (json) => (json.userDefinedMetadata!.inputSize = {}) },
    { title: "no manifest", change: (json) => delete json.weightsManifest },
    { title: "a path out of the folder", change: (json) => (json.weightsManifest![0]!.paths = ["../x.bin"]) },
    { title: "a topology that is no model", change: (json) => (json.modelTopology = { class_name: "X" }) },
  ])("model.json with $title is corrupt", async ({ change }) => {
    const json = JSON.parse(await readFile(saved.modelPath, "utf8")) as SavedJson;
    change(json);
    await writeFile(saved.modelPath, JSON.stringify(json));
    await expectCorrupt(saved.modelPath);
  });

  test.each([
    { version: 1, digest: undefined, text: /earlier version of @covidxr\/model.*loadLayersModel.*saveModel/ },
    { version: 3, digest: "ab", text: /later version of @covidxr\/model.*update/ },
  ])("model.json of format $version says which version saved it", async ({ version, digest, text }) => {
    const json = JSON.parse(await readFile(saved.modelPath, "utf8")) as SavedJson;
    Object.assign(json.userDefinedMetadata!, { formatVersion: version, digest });
    await writeFile(saved.modelPath, JSON.stringify(json));
    await expect(loadModel(folder)).rejects.toBeInstanceOf(FileError);
    await expect(loadModel(folder)).rejects.toMatchObject({
      reason: "different",
      path: saved.modelPath,
      message: expect.stringMatching(text),
    });
  });

  test("a model.json that an editor laid out anew is the same", async () => {
    const json = JSON.parse(await readFile(saved.modelPath, "utf8"));
    await writeFile(saved.modelPath, JSON.stringify(json, undefined, 2).replaceAll("\n", "\r\n"));
    const { model } = await loadModel(folder);
    expect(digestWeights(model)).toBe(digestWeights(original));
    model.dispose();
  });

  test("takes given metadata in place of the model's own, and checks them", async () => {
    const { model, metadata } = await loadModel(folder, { metadata: { threshold: 0.2 } });
    expect(metadata).toEqual({ ...METADATA, threshold: 0.2 });
    model.dispose();
    await expectNewTensors(() =>
      expect(loadModel(folder, { metadata: { classes: ["a"] } })).rejects.toMatchObject({
        parameter: "metadata.classes",
      }),
    );
  });

  test.each(["", "{", "[]", "null"])("model.json of %p is corrupt", async (text) => {
    await writeFile(saved.modelPath, text);
    await expectCorrupt(saved.modelPath);
  });
});

interface SavedJson {
  modelTopology?: object;
  userDefinedMetadata?: Record<string, unknown>;
  weightsManifest?: { paths: string[] }[];
}

async function expectCorrupt(path: string): Promise<void> {
  const failure = expectNewTensors(() => expect(loadModel(folder)).rejects.toBeInstanceOf(FileError));
  await failure;
  await expect(loadModel(folder)).rejects.toMatchObject({ reason: "corrupt", path });
}
