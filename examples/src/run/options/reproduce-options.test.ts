import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { InvalidArgumentError } from "@covidxr/core";
import { defaultCacheFolder } from "@covidxr/model";
import { createRun } from "@covidxr/report";
import { afterEach, expect, test } from "@jest/globals";
import { readOptions } from "./reproduce-options.js";
import { DEMONSTRATION_SIZE, STUDY_SIZE } from "./study-options.js";
import { DEMONSTRATION_TRAINING, STUDY_TRAINING } from "./training-options.js";

const now = new Date("2026-01-02T03:04:05Z");
const before = process.env.INIT_CWD;
afterEach(() => {
  if (before === undefined) delete process.env.INIT_CWD;
  else process.env.INIT_CWD = before;
});

test("with a study its own settings hold, and ImageNet weights", async () => {
  const options = await readOptions(["--study", "/data"], now);
  expect(options).toMatchObject({ ...STUDY_SIZE, ...STUDY_TRAINING, study: "/data", weights: "imagenet" });
  expect(options).toMatchObject({ seed: 0, threshold: 0.7, preprocessing: "rescale", redraw: false });
});

test("without a study the demonstration's settings hold, and a random backbone", async () => {
  const options = await readOptions([], now);
  expect(options).toMatchObject({
    ...DEMONSTRATION_SIZE,
    ...DEMONSTRATION_TRAINING,
    study: undefined,
    weights: "random",
  });
  expect(options.output.endsWith(["runs", "2026-01-02T03-04-05"].join(sep))).toBe(true);
  expect(options.cache.endsWith(["runs", "cache"].join(sep))).toBe(true);
});

test("flags win over both, and paths are meant from where the user stands", async () => {
  process.env.INIT_CWD = "/home/user";
  const options = await readOptions(
    ["--study", "data", "--weights", "../w.h5", "--epochs", "3", "--batch-size", "9", "--output", "out"],
    now,
  );
  expect(options).toMatchObject({
    study: "/home/user/data",
    weights: "/home/w.h5",
    output: "/home/user/out",
    epochs: 3,
    batchSize: 9,
  });
});

test("augmentation is the study's with a study, and none on synthetic radiographs", async () => {
  expect(await readOptions(["--study", "/data"], now)).toMatchObject({ augmentation: "study" });
  expect(await readOptions([], now)).toMatchObject({ augmentation: "none" });
  expect(await readOptions(["--variants", "fresh"], now)).toMatchObject({ variants: "fresh" });
});

test("probes through a backbone need weights, which a run that goes on has itself", async () => {
  await expect(readOptions(["--probes", "backbone"], now)).rejects.toMatchObject({
    name: "InvalidArgumentError",
    parameter: "probes",
  });
  await expect(readOptions(["--resume", "nowhere", "--probes", "backbone"], now)).rejects.toMatchObject({
    name: "FileError",
    reason: "missing",
  });
});

test("with a study the split is its own, and probes see through the backbone; on synthetic radiographs small pixels", async () => {
  expect(await readOptions(["--study", "/data"], now)).toMatchObject({ split: "study", probes: "backbone" });
  expect(await readOptions([], now)).toMatchObject({ split: "study", probes: "pixels" });
});

test("a download without a study fills the platform's cache folder, and is a run of the study", async () => {
  const options = await readOptions(["--download", "--proxy", "http://user:secret@proxy:3128"], now);
  expect(options).toMatchObject({ ...STUDY_SIZE, ...STUDY_TRAINING, weights: "imagenet", download: true });
  expect(options.study).toBe(join(defaultCacheFolder(), "study"));
  expect(options.augmentation).toBe("study");
  // Apart from what run.json keeps.
  const { network, ...kept } = options;
  expect(network).toEqual({ offline: false, proxy: "http://user:secret@proxy:3128", replace: false });
  expect(JSON.stringify(kept)).not.toContain("secret");
});

test("a run on synthetic radiographs does not go on with the study", async () => {
  const folder = await mkdtemp(join(tmpdir(), "covidxr-"));
  const { network: _, program, ...settings } = await readOptions(["--epochs", "5"], now);
  await createRun(folder, { program, settings, now });
  const failure = readOptions(["--resume", folder, "--download"], now);
  await expect(failure).rejects.toBeInstanceOf(InvalidArgumentError);
  await expect(failure).rejects.toMatchObject({ parameter: "download" });
  expect(await readOptions(["--resume", folder], now)).toMatchObject({ study: undefined, epochs: 5 });
});

test.each([["--proxy", "http://proxy:3128"], ["--replace"], ["--manifest", "files.csv"]])(
  "%s does nothing without a download, and is refused",
  async (...flags) => {
    await expect(readOptions(["--study", "/data", ...flags], now)).rejects.toMatchObject({
      name: "InvalidArgumentError",
      parameter: flags[0]!.slice(2),
    });
  },
);
