import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { analyseRun } from "../analysis/analyse-run.js";
import type { HoldoutRun } from "../run/read-run.js";
import { readRun } from "../run/read-run.js";
import { writeSampleRun } from "../testing/write-sample-run.js";
import { collectImages } from "./report-images.js";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "covidxr-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test("shows examples of each class from the least to the most probable, and every error", async () => {
  await writeSampleRun(join(root, "run"), { kind: "holdout" });
  const analysis = analyseRun(await readRun(join(root, "run")));
  const { examples, errors, thumbnails } = await collectImages(analysis);
  expect(examples.map(({ className }) => className)).toEqual(["not COVID-19", "COVID-19"]);
  for (const { images } of examples) {
    const probabilities = images.map(({ probability }) => probability);
    expect(probabilities).toEqual([...probabilities].sort((a, b) => a - b));
    expect(images).toHaveLength(6);
  }
  expect(errors).toEqual(analysis.headline.errors);
  for (const { path } of errors) expect(thumbnails.get(path)).toMatch(/^data:image\/jpeg;base64,\/9j\//);
});

test("shows no picture whose licence forbids altered copies, though the run left one", async () => {
  await writeSampleRun(join(root, "run"), { kind: "holdout" });
  const free = await collectImages(analyseRun(await readRun(join(root, "run"))));
  expect(free.withheld.size).toBe(0);
  await writeSampleRun(join(root, "run"), { kind: "holdout", noDerivatives: [40, 3] });
  const { examples, errors, thumbnails, withheld } = await collectImages(
    analyseRun(await readRun(join(root, "run"))),
  );
  const path = "covid-chestxray-dataset/images/image-40.png";
  expect([...withheld].sort()).toEqual(["chest_xray/train/NORMAL/image-3.png", path]);
  expect([...examples.flatMap(({ images }) => images), ...errors].map((image) => image.path)).toContain(path);
  expect([...free.thumbnails.keys()].filter((own) => !thumbnails.has(own))).toEqual([path]);
});

test("reads no picture from outside the run's folder", async () => {
  await writeSampleRun(join(root, "run"), { kind: "holdout" });
  await writeFile(join(root, "secret.jpg"), "secret");
  const run = (await readRun(join(root, "run"))) as HoldoutRun;
  const leading: HoldoutRun = {
    ...run,
    splits: run.splits.map((split) => ({
      ...split,
      images: split.images.map((image) => ({ ...image, path: "../../secret" })),
    })),
  };
  const { thumbnails } = await collectImages(analyseRun(leading));
  expect(thumbnails.size).toBe(0);
});
