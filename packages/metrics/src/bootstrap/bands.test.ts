import { createRng } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import { precisionRecallCurve } from "../curves/precision-recall.js";
import { rocCurve } from "../curves/roc-curve.js";
import { precisionRecallBand, rocBand } from "./bands.js";
import { bootstrap } from "./bootstrap.js";

const rng = createRng(4, { purpose: "bands" });
const truth = Array.from({ length: 60 }, () => rng.integer(2));
// Rounded, so that some scores are equal.
const scores = truth.map((label) => Math.round((rng.normal() + label) * 10) / 10);

const sensitivityAt = (x: number) => (labels: readonly number[], values: readonly number[]) => {
  const { fpr, tpr } = rocCurve(labels, values);
  return Math.max(...tpr.filter((_, i) => fpr[i]! <= x));
};
const precisionAt = (x: number) => (labels: readonly number[], values: readonly number[]) => {
  const { precision, recall } = precisionRecallCurve(labels, values);
  return precision[recall.findIndex((value, i) => value >= x && !Number.isNaN(precision[i]))]!;
};

const BANDS = [
  { name: "rocBand", band: rocBand, metricAt: sensitivityAt, gridOf: "fpr" },
  {
    name: "precisionRecallBand",
    band: precisionRecallBand,
    metricAt: precisionAt,
    gridOf: "recall",
  },
] as const;

describe.each(BANDS)("$name", ({ band, metricAt, gridOf }) => {
  const grid = (result: object) => (result as Record<string, number[]>)[gridOf]!;

  test("is the percentile interval of the curve's value at each point", () => {
    const result = band(truth, scores, { seed: 3, resamples: 150, level: 0.9, points: 11 });
    expect(grid(result)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
    expect(result).toMatchObject({ level: 0.9, undefinedResamples: 0, undefinedReason: null });
    grid(result).forEach((x, point) => {
      const interval = bootstrap(truth, scores, {
        metric: metricAt(x),
        seed: 3,
        resamples: 150,
        level: 0.9,
        method: "percentile",
      });
      expect(result.low[point]).toBeCloseTo(interval.low, 12);
      expect(result.high[point]).toBeCloseTo(interval.high, 12);
    });
  });

  test("has 101 points and a level of 0.95 by default", () => {
    const result = band(truth, scores, { seed: 3, resamples: 20 });
    expect(result.level).toBe(0.95);
    expect([grid(result), result.low, result.high].map((list) => list.length)).toEqual([101, 101, 101]);
  });

  test("draws groups whole: doubled samples of one patient count once", () => {
    const options = { seed: 3, resamples: 80, points: 6 };
    const groups = [...truth.keys(), ...truth.keys()];
    const single = band(truth, scores, options);
    const doubled = band([...truth, ...truth], [...scores, ...scores], { ...options, groups });
    expect(doubled.low).toEqual(single.low);
    expect(doubled.high).toEqual(single.high);
  });

  test("leaves out resamples that lack a class", () => {
    const result = band([1, 0, 0, 0], [0.9, 0.2, 0.3, 0.4], { seed: 1, resamples: 100, points: 3 });
    // Without the only positive: (3/4)^4 = 0.32 of the draws.
    expect(result.undefinedResamples).toBeGreaterThan(10);
    expect(result.undefinedResamples).toBeLessThan(55);
    expect(result.undefinedReason).toBeNull();
    expect(result.low.every(Number.isFinite)).toBe(true);
  });

  test.each([
    { why: "no sample", labels: [], values: [], reason: /class is missing/ },
    { why: "no positive", labels: [0, 0], values: [0.1, 0.2], reason: /class is missing/ },
    { why: "one group", labels: [0, 1], values: [0.1, 0.2], groups: ["a", "a"], reason: /only one/ },
  ])("is undefined, with a reason, for $why", ({ labels, values, groups, reason }) => {
    const result = band(labels, values, { seed: 1, points: 2, ...(groups && { groups }) });
    expect(result).toMatchObject({
      low: [Number.NaN, Number.NaN],
      high: [Number.NaN, Number.NaN],
      undefinedReason: expect.stringMatching(reason),
    });
  });

  test.each([
    { options: { points: 1 }, parameter: "points", value: 1 },
    { options: { points: 2.5 }, parameter: "points", value: 2.5 },
    { options: { level: 2 }, parameter: "level", value: 2 },
    { options: { resamples: 0 }, parameter: "resamples", value: 0 },
    { options: { groups: ["a"] }, parameter: "groups", value: 1 },
  ])("refuses $options", ({ options, parameter, value }) => {
    expect(() => band(truth, scores, { seed: 1, ...options })).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter, value }),
    );
  });
});

test("rocBand is undefined where most resamples lack a class", () => {
  const labels = [1, 1, 0, 0, 0];
  // Two groups of one class each: half of the draws hold one class only, and with this seed some more.
  const groups = ["a", "a", "b", "b", "b"];
  const result = rocBand(labels, labels, { seed: 1, resamples: 101, groups, points: 2 });
  expect(result).toMatchObject({
    low: [Number.NaN, Number.NaN],
    high: [Number.NaN, Number.NaN],
    undefinedReason: expect.stringMatching(/of 101 resamples, more than half/),
  });
  expect(result.undefinedResamples).toBeGreaterThan(50);
});

test("precisionRecallBand stays at the prevalence for scores that are all equal", () => {
  const result = precisionRecallBand([0, 1, 1, 0], [1, 1, 1, 1], { seed: 1, resamples: 50, points: 3 });
  expect(new Set(result.low).size).toBe(1);
  expect(new Set(result.high).size).toBe(1);
});
