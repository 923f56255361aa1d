import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRng, FileError } from "@covidxr/core";
import { useCpuBackend } from "@covidxr/testing";
import { beforeAll, expect, test } from "@jest/globals";
import { memory } from "@tensorflow/tfjs-core";
import {
  input,
  type LayersModel,
  layers,
  model as network,
  type SymbolicTensor,
} from "@tensorflow/tfjs-layers";
import { foreignModel, METADATA, tinyModel } from "../testing/models.js";
import { parseDescription } from "./description.js";
import { restoreModel } from "./restore-model.js";
import { saveModel } from "./save-model.js";

beforeAll(useCpuBackend);

/** A copy of `bytes` for each of `count` bits, drawn by a seed, with that bit flipped. */
function* flips(bytes: Buffer, count: number): Generator<Buffer> {
  const rng = createRng(1, { purpose: "flipped bits" });
  for (let i = 0; i < count; i++) {
    const flipped = Buffer.from(bytes);
    const bit = Math.floor(rng.uniform() * bytes.length * 8);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    yield flipped;
  }
}

test("one flipped bit in the model.json of a saved model is always noticed", async () => {
  const model = tinyModel(1);
  const { modelPath } = await saveModel(model, await mkdtemp(join(tmpdir(), "covidxr-")), METADATA);
  model.dispose();
  const text = await readFile(modelPath);
  expect(() => parseDescription(text.toString(), "model", modelPath)).not.toThrow();
  for (const flipped of flips(text, 4000)) {
    expect(() => parseDescription(flipped.toString(), "model", modelPath)).toThrow(FileError);
  }
});

/** Two ways that meet again, so that the graph has something to lose. */
function branchedModel(): LayersModel {
  const image = input({ shape: [3, 3, 1], name: "image" });
  const pass = (layer: unknown, ...from: SymbolicTensor[]) =>
    (layer as { apply(x: unknown): SymbolicTensor }).apply(from.length === 1 ? from[0] : from);
  const one = pass(layers.conv2d({ filters: 1, kernelSize: 2, activation: "relu", name: "one" }), image);
  const other = pass(layers.averagePooling2d({ poolSize: 2, strides: 1, name: "other" }), image);
  const both = pass(layers.flatten({ name: "flat" }), pass(layers.add({ name: "sum" }), one, other));
  const output = pass(layers.dense({ units: 1, activation: "sigmoid", name: "output" }), both);
  return network({ inputs: image, outputs: output, name: "branched" });
}

test("one flipped bit in a model.json without a digest is refused or another network, and never loops", async () => {
  const model = branchedModel();
  const { json, values } = await foreignModel(model);
  const text = Buffer.from(JSON.stringify(json));
  const before = memory().numTensors;
  let refused = 0;
  for (const flipped of flips(text, 800)) {
    try {
      const { topology, groups } = parseDescription(flipped.toString(), "model", "model.json");
      restoreModel(topology, [{ specs: groups[0]!.specs, values }], "model.json").dispose();
    } catch (error) {
      expect(error).toBeInstanceOf(FileError);
      refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(600);
  expect(memory().numTensors).toBe(before);
  model.dispose();
});
