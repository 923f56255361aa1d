import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useCpuBackend } from "@covidxr/testing";
import { options, testRefusals } from "@covidxr/testing/refusals";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import type { ModelMetadata } from "./index.js";
import * as model from "./index.js";

let folder: string;
beforeAll(async () => {
  await useCpuBackend();
  folder = await mkdtemp(join(tmpdir(), "covidxr-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function smallModel() {
  const small = sequential();
  small.add(layers.globalAveragePooling2d({ inputShape: [8, 8, 3], name: "pool" }));
  small.add(layers.dense({ units: 1, activation: "sigmoid", name: "output" }));
  return small;
}

const METADATA: ModelMetadata = {
  ...{ decoder: "jimp", orientation: "apply", resize: "nearest", preprocessing: "rescale" },
  ...{ inputSize: { height: 8, width: 8 }, threshold: 0.5, classes: ["no", "yes"] },
};
const shape = { height: 32, width: 32, seed: 0, denseUnits: 1 };
const weights = { shape: [1], values: new Float32Array(1) };
const source = {
  file: "w.h5",
  bytes: 1,
  digests: { md5: "0".repeat(32) },
  urls: ["https://example.org/w.h5"],
};

testRefusals(
  {
    ...model,
    // Without 80 MB of weights for each attempt.
    buildModel: async (given: never) => {
      await model.buildModel(given).catch((error) => {
        if ((error as { kind: string }).kind !== "weights") throw error;
      });
    },
    fetchWeights: async (from: never, given: object) => {
      await model.fetchWeights(from, given).catch((error) => {
        if ((error as { kind: string }).kind !== "download") throw error;
      });
    },
  },
  {
    buildModel: [
      options({
        ...shape,
        trainableLayers: 3,
        dropout: 0.5,
        poolSize: 4,
        weights: "nowhere.h5",
        cacheFolder: "nowhere",
      }),
    ],
    defaultCacheFolder: [options({ env: {}, platform: "linux", home: "/home/a" })],
    digestWeights: () => [smallModel(), options({ layers: ["output"] })],
    // What a mistake in `offline` lets through ends at a closed port of this machine.
    fetchWeights: () => [
      source,
      options({
        ...{ cacheFolder: join(folder, "cache"), offline: true, existing: "refuse" },
        ...{ mirror: "http://127.0.0.1:1", proxy: "http://127.0.0.1:1", attempts: 1 },
      }),
    ],
    loadModel: async () => {
      const saved = join(folder, "saved");
      await model.saveModel(smallModel(), saved, METADATA);
      return [saved, options({ metadata: { threshold: 0.4 } })];
    },
    readWeights: () => [smallModel()],
    saveModel: () => [smallModel(), join(folder, "other"), options(METADATA)],
    summary: () => [smallModel()],
    writeWeights: () => [smallModel(), new Map([["output/bias", weights]])],
  },
);

test("an option that another library has is named with the nearest one here", async () => {
  const wrong = { ...shape, units: 3 } as never;
  await expect(model.buildModel(wrong)).rejects.toMatchObject({
    ...{ kind: "invalid-argument", parameter: "units", value: 3 },
    message: expect.stringContaining("denseUnits"),
  });
});
