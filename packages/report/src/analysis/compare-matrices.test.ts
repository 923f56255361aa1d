import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { OtherSplitRecord } from "../run/result-records.js";
import { analyseSample } from "../testing/analyse-sample.js";
import { OTHER_SPLIT } from "../testing/sample-audit.js";
import type { SampleRun } from "../testing/write-sample-run.js";
import type { HoldoutAnalysis } from "./analyse-run.js";
import { compareSplits, compareWithPublished, splitRecordOf } from "./compare-matrices.js";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "covidxr-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function analysisOf(name: string, sample: SampleRun): Promise<HoldoutAnalysis> {
  return (await analyseSample(join(root, name), sample)) as HoldoutAnalysis;
}

/** A matrix with these numbers of correct and incorrect predictions. */
const record = ([right, wrong]: readonly [number, number]): OtherSplitRecord => ({
  ...OTHER_SPLIT,
  images: right + wrong,
  confusionMatrix: [
    [right, wrong],
    [0, 0],
  ],
});

test.each([
  {
    own: [10, 2],
    other: [9, 3],
    expected: [1 / 12, -0.2408665999449141, 0.3899678993813609],
    excludes: false,
  },
  {
    own: [27, 3],
    other: [10, 21],
    expected: [0.57741935483871, 0.3420874991134098, 0.7291264919280668],
    excludes: true,
  },
  {
    own: [10, 21],
    other: [27, 3],
    expected: [-0.57741935483871, -0.7291264919280668, -0.3420874991134098],
    excludes: true,
  },
] as const)(
  "$own correct and incorrect minus $other (Newcombe's method 10 on SciPy 1.10's Wilson limits)",
  ({ own, other, expected, excludes }) => {
    const { difference, differenceInterval, excludesZero } = compareSplits(record(own), record(other));
    expect(difference).toBeCloseTo(expected[0], 12);
    expect(differenceInterval.low).toBeCloseTo(expected[1], 12);
    expect(differenceInterval.high).toBeCloseTo(expected[2], 12);
    expect(excludesZero).toBe(excludes);
  },
);

test("has the shares of the matrix with their intervals, undefined ones as NaN", () => {
  const { own, other } = compareSplits(OTHER_SPLIT, record([10, 2]));
  expect(own.accuracy).toMatchObject({ value: 0.75, successes: 9, trials: 12 });
  expect(own.sensitivity).toMatchObject({ successes: 4, trials: 6 });
  expect(own.specificity).toMatchObject({ successes: 5, trials: 6 });
  // scipy.stats.binomtest (1.10), method "exact".
  expect(own.accuracy.low).toBeCloseTo(0.42814153812190026, 12);
  expect(own.sensitivity.high).toBeCloseTo(0.9567281317071105, 12);
  expect(other.sensitivity).toMatchObject({ value: Number.NaN, low: Number.NaN, high: Number.NaN });
});

test("a run is compared with the other split in its folder", async () => {
  const analysis = await analysisOf("both", { kind: "holdout", otherSplit: true });
  expect(analysis.bothSplits!.own).toMatchObject({
    split: "study",
    run: "both",
    heldOut: "predict",
    images: 12,
    confusionMatrix: analysis.headline.confusionMatrix,
  });
  expect(analysis.bothSplits!.own.accuracy.low).toBe(analysis.headline.estimates.accuracy.low);
  expect(analysis.bothSplits!.other).toMatchObject(OTHER_SPLIT);
  expect((await analysisOf("alone", { kind: "holdout" })).bothSplits).toBeNull();
});

test("an undefined area is null", async () => {
  const { run, headline } = await analysisOf("undefined", { kind: "holdout" });
  const { estimates } = headline;
  const auc = { ...estimates.auc, value: Number.NaN };
  expect(splitRecordOf(run, { ...headline, estimates: { ...estimates, auc } }).auc).toBeNull();
});

test("a run that is split by patient is not compared with the published one", async () => {
  const settings = { threshold: 0.7, seed: 0, split: "patient" };
  const analysis = await analysisOf("by patient", { kind: "holdout", published: true, record: { settings } });
  expect(analysis.published).toBeNull();
  expect((await analysisOf("study", { kind: "holdout", published: true })).published).not.toBeNull();
});

const PUBLISHED = {
  source: "the study's README",
  threshold: 0.7,
  confusionMatrix: [
    [14, 1],
    [1, 15],
  ],
  other: [
    {
      source: "the study's notebook",
      confusionMatrix: [
        [12, 3],
        [1, 15],
      ],
    },
  ],
} as const;

test("27 of 30 beside 29 of 31 (SciPy 1.10 fisher_exact, statsmodels 0.13 method newcomb)", () => {
  const comparison = compareWithPublished(PUBLISHED, [
    [12, 2],
    [1, 15],
  ]);
  expect(comparison.accuracy).toMatchObject({ value: 29 / 31, successes: 29, trials: 31 });
  expect(comparison.accuracy.low).toBeCloseTo(0.7857838428365977, 12);
  expect(comparison.pValue).toBeCloseTo(0.6713268305523462, 12);
  expect(comparison.difference).toBeCloseTo(27 / 30 - 29 / 31, 12);
  expect(comparison.differenceInterval.low).toBeCloseTo(-0.19850913651141183, 10);
  expect(comparison.differenceInterval.high).toBeCloseTo(0.12146188863476043, 10);
  expect(comparison.compatible).toBe(true);
  expect(comparison.sensitivity.value).toBe(15 / 16);
  expect(comparison.specificity.value).toBe(14 / 15);
  expect(comparison.others.map(({ accuracy }) => accuracy.value)).toEqual([27 / 31]);
});

test("10 of 30 are not compatible with 29 of 31", () => {
  const comparison = compareWithPublished(PUBLISHED, [
    [5, 9],
    [11, 5],
  ]);
  expect(comparison.compatible).toBe(false);
  expect(comparison.pValue).toBeLessThan(1e-5);
});
