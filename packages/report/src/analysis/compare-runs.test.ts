import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvalidArgumentError } from "@covidxr/core";
import { delongTest, mcnemarTest } from "@covidxr/metrics";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { HoldoutRun } from "../run/read-run.js";
import { readRun } from "../run/read-run.js";
import { writeSampleRun } from "../testing/write-sample-run.js";
import { compareRuns } from "./compare-runs.js";

let root: string;
let weak: HoldoutRun;
let strong: HoldoutRun;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "covidxr-"));
  await writeSampleRun(join(root, "weak"), { kind: "holdout" });
  await writeSampleRun(join(root, "strong"), { kind: "holdout", gain: 0.6 });
  weak = (await readRun(join(root, "weak"))) as HoldoutRun;
  strong = (await readRun(join(root, "strong"))) as HoldoutRun;
});
afterAll(() => rm(root, { recursive: true, force: true }));

const heldOut = (run: HoldoutRun) => run.splits[2]!.images;

test("pairs images by their path and tests the pairs", () => {
  const shuffled: HoldoutRun = {
    ...strong,
    splits: strong.splits.map((split) => ({ ...split, images: [...split.images].reverse() })),
  };
  const comparison = compareRuns(weak, shuffled, { seed: 1 });
  expect(comparison).toEqual(compareRuns(weak, strong, { seed: 1 }));
  expect(comparison).toMatchObject({ sets: ["predict", "predict"], images: 12, onlyInA: 0, onlyInB: 0 });
  const truth = heldOut(weak).map(({ label }) => label);
  const expected = mcnemarTest(
    truth,
    heldOut(weak).map(({ predicted }) => predicted),
    heldOut(strong).map(({ predicted }) => predicted),
  );
  const [accuracy, sensitivity, specificity, area] = comparison.metrics;
  expect(accuracy).toMatchObject({ name: "Accuracy", test: { name: "McNemar", pValue: expected.pValue } });
  expect(comparison.discordant).toEqual({ onlyA: expected.onlyA, onlyB: expected.onlyB });
  expect(accuracy!.difference).toBeCloseTo((expected.onlyA - expected.onlyB) / 12, 12);
  // Accuracy is the mean of both, since half of the images are of each class.
  expect(accuracy!.a).toBeCloseTo((sensitivity!.a + specificity!.a) / 2, 12);
  const { pValue, difference } = delongTest(
    truth,
    heldOut(weak).map(({ probability }) => probability),
    heldOut(strong).map(({ probability }) => probability),
  );
  expect(area).toMatchObject({ name: "AUC", difference, test: { name: "DeLong", pValue } });
});

test("says of which run nobody verified the files, and which were edited", () => {
  const edited = { ...weak, integrity: { verified: true, edited: ["cohort.csv"] } };
  const unverified = { ...strong, integrity: { verified: false, edited: [] } };
  expect(compareRuns(weak, strong, { seed: 1 }).integrity).toEqual([null, null]);
  expect(compareRuns(edited, unverified, { seed: 1 }).integrity).toEqual([
    expect.stringMatching(/^Edited after the run: cohort\.csv\. /),
    expect.stringMatching(/^No manifest: /),
  ]);
});

test("turns round with its runs", () => {
  const there = compareRuns(weak, strong, { seed: 1 });
  const back = compareRuns(strong, weak, { seed: 1 });
  for (const [i, metric] of there.metrics.entries()) {
    expect(metric.difference).toBeCloseTo(-back.metrics[i]!.difference, 12);
    expect(metric.test?.pValue).toBe(back.metrics[i]!.test?.pValue);
  }
  expect(there.discordant.onlyA).toBe(back.discordant.onlyB);
});

test("a run beside itself differs in nothing", () => {
  for (const { difference, test: paired } of compareRuns(weak, weak, { seed: 1 }).metrics) {
    expect(difference).toBe(0);
    if (paired) expect(paired.pValue).toBe(1);
  }
});

test("compares only images that both held out, and counts the others", () => {
  const fewer: HoldoutRun = {
    ...strong,
    splits: strong.splits.map((split) => ({ ...split, images: split.images.slice(3) })),
  };
  expect(compareRuns(weak, fewer, { seed: 1 })).toMatchObject({ images: 9, onlyInA: 3, onlyInB: 0 });
});

test("takes every image once from a run of folds", async () => {
  await writeSampleRun(join(root, "folds"), { kind: "folds" });
  const folds = await readRun(join(root, "folds"));
  expect(compareRuns(weak, folds, { seed: 1 })).toMatchObject({
    sets: ["predict", "folds by patient"],
    images: 12,
    onlyInB: 35,
  });
});

test("refuses runs without an image in common", () => {
  const other: HoldoutRun = {
    ...strong,
    splits: strong.splits.map((split) => ({
      ...split,
      images: split.images.map((image) => ({ ...image, path: `other/${image.path}` })),
    })),
  };
  const attempt = () => compareRuns(weak, other, { seed: 1 });
  expect(attempt).toThrow(InvalidArgumentError);
  expect(attempt).toThrow(expect.objectContaining({ parameter: "b" }));
});

test("refuses an image that the runs label differently", () => {
  const other: HoldoutRun = {
    ...strong,
    splits: strong.splits.map((split) => ({
      ...split,
      images: split.images.map((image) => ({ ...image, label: image.label === 1 ? 0 : 1 })),
    })),
  };
  expect(() => compareRuns(weak, other, { seed: 1 })).toThrow(
    expect.objectContaining({ parameter: "b", value: 0 }),
  );
});

test("counts a file that a run held out twice once", () => {
  const twice: HoldoutRun = {
    ...strong,
    splits: strong.splits.map((split) => ({ ...split, images: [...split.images, split.images[0]!] })),
  };
  expect(compareRuns(weak, twice, { seed: 1 })).toEqual(compareRuns(weak, strong, { seed: 1 }));
  expect(compareRuns(twice, weak, { seed: 1 })).toMatchObject({ images: 12, onlyInA: 0, onlyInB: 0 });
});

test("claims no interval where nothing varies", () => {
  for (const { interval } of compareRuns(weak, weak, { seed: 1 }).metrics) {
    expect(interval).toMatchObject({ low: Number.NaN, high: Number.NaN });
  }
});
