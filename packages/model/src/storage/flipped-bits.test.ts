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
import { type ForeignModel, foreignModel, METADATA, nestedModel, tinyModel } from "../testing/models.js";
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

/** What a `model.json` without a digest becomes: an error of ours, or a network. Whatever it is, it leaves no tensor behind. */
function countRefused(texts: Iterable<string>, values: Buffer): number {
  const before = memory().numTensors;
  let refused = 0;
  for (const text of texts) {
    try {
      const { topology, groups } = parseDescription(text, "model", "model.json");
      restoreModel(topology, [{ specs: groups[0]!.specs, values }], "model.json").dispose();
    } catch (error) {
      expect(error).toBeInstanceOf(FileError);
      refused += 1;
    }
  }
  expect(memory().numTensors).toBe(before);
  return refused;
}

test("one flipped bit in a model.json without a digest is refused or another network, and never loops", async () => {
  const model = branchedModel();
  const { json, values } = await foreignModel(model);
  const texts = [...flips(Buffer.from(JSON.stringify(json)), 800)].map(String);
  expect(countRefused(texts, values)).toBeGreaterThan(600);
  model.dispose();
});

/** Copies of the layers in `json`, in each of which one value is lost, or replaced by another one of them. */
function* changes(json: ForeignModel, count: number): Generator<string> {
  const rng = createRng(1, { purpose: "changed values" });
  for (let i = 0; i < count; i++) {
    const copy = JSON.parse(JSON.stringify(json)) as ForeignModel;
    const places = placesIn(copy.modelTopology);
    const [one, other] = [0, 1].map(() => places[Math.floor(rng.uniform() * places.length)]!);
    if (rng.uniform() < 0.5) delete one!.holder[one!.key];
    else one!.holder[one!.key] = JSON.parse(JSON.stringify(other!.holder[other!.key]));
    yield JSON.stringify(copy);
  }
}

type Holder = Record<string, unknown>;

function placesIn(value: unknown): { holder: Holder; key: string }[] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Holder;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(holder[key])]);
}

test("a value that is lost or stands in place of another is refused or another network, and never loops", async () => {
  for (const model of [branchedModel(), nestedModel()]) {
    const { json, values } = await foreignModel(model);
    expect(countRefused(changes(json, 400), values)).toBeGreaterThan(200);
    model.dispose();
  }
});
