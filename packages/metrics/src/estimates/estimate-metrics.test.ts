import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { golden } from "../../fixtures/golden.js";
import { delong } from "../curves/delong.js";
import { accuracy, balancedAccuracy } from "../matrix/agreement.js";
import { formatEstimate, formatMetric } from "./estimate.js";
import { estimateMetrics, type MetricEstimates } from "./estimate-metrics.js";

const published = golden.binary.find(({ name }) => name.startsWith("published"))!;
const noisy = golden.binary.find(({ name }) => name === "noisy")!;
const options = { threshold: 0.5, seed: 1, resamples: 200 };

describe("the published confusion matrix [[14, 1], [1, 15]]", () => {
  const metrics = estimateMetrics(published.truth, published.score, options);

  test("has an accuracy of 29 / 31 with Clopper and Pearson's interval (SciPy 1.10: beta.ppf)", () => {
    expect(metrics.accuracy).toMatchObject({ value: 29 / 31, method: "Clopper–Pearson", level: 0.95 });
    expect(metrics.accuracy.low).toBeCloseTo(0.7857838428365977, 12);
    expect(metrics.accuracy.high).toBeCloseTo(0.9920890165381453, 12);
  });

  test("has sensitivity 15 / 16 with the interval of 15 in 16", () => {
    expect(metrics.sensitivity.value).toBe(15 / 16);
    expect(metrics.sensitivity.low).toBeCloseTo(0.697679261565468, 12);
    expect(metrics.sensitivity.high).toBeCloseTo(0.9984188882772341, 12);
  });

  test("has likelihood ratios with Simel's intervals, by the formula on a pocket calculator", () => {
    // LR+ = (15/16) / (1/15); SE of its logarithm = √(1/15 − 1/16 + 1/1 − 1/15) = 0.968246.
    const { positiveLikelihoodRatio } = metrics;
    expect(positiveLikelihoodRatio).toMatchObject({ value: 14.0625, method: "Simel" });
    expect(positiveLikelihoodRatio.low).toBeCloseTo(14.0625 * Math.exp(-1.959964 * 0.968246), 4);
    expect(positiveLikelihoodRatio.high).toBeCloseTo(14.0625 * Math.exp(1.959964 * 0.968246), 2);
  });
});

test("values are those of the metrics' own functions, and every interval holds its value", () => {
  const { truth, score, confusion } = noisy;
  const metrics = estimateMetrics(truth, score, options);
  expect(metrics.accuracy.value).toBe(accuracy(confusion));
  expect(metrics.balancedAccuracy.value).toBeCloseTo(balancedAccuracy(confusion), 14);
  expect(metrics.auc).toMatchObject({ value: delong(truth, score).auc, method: "DeLong" });
  for (const { value, low, high, undefinedReason } of Object.values<MetricEstimates["auc"]>({ ...metrics })) {
    expect(undefinedReason).toBeNull();
    expect(low).toBeLessThanOrEqual(value);
    expect(high).toBeGreaterThanOrEqual(value);
  }
});

test("one seed gives one result, another seed another", () => {
  const { truth, score } = noisy;
  expect(estimateMetrics(truth, score, options)).toEqual(estimateMetrics(truth, score, options));
  expect(estimateMetrics(truth, score, { ...options, seed: 2 }).f1Score).not.toEqual(
    estimateMetrics(truth, score, options).f1Score,
  );
});

test("groups widen the interval of samples that repeat one another", () => {
  const truth = [...noisy.truth, ...noisy.truth, ...noisy.truth];
  const score = [...noisy.score, ...noisy.score, ...noisy.score];
  const groups = truth.map((_, i) => i % noisy.truth.length);
  const { accuracy: grouped, auc } = estimateMetrics(truth, score, { ...options, groups });
  const width = ({ low, high }: { low: number; high: number }) => high - low;
  expect(width(grouped.byGroup!)).toBeGreaterThan(1.3 * width(grouped));
  expect(width(auc.byGroup!)).toBeGreaterThan(1.3 * width(auc));
});

test("groups of one sample each give no second interval", () => {
  const { truth, score } = noisy;
  const groups = truth.map((_, i) => `patient ${i}`);
  expect(estimateMetrics(truth, score, { ...options, groups }).accuracy.byGroup).toBeNull();
});

test("a perfect classifier's bootstrap claims no certainty", () => {
  const truth = [0, 0, 0, 0, 1, 1, 1, 1];
  const metrics = estimateMetrics(truth, [0.1, 0.2, 0.3, 0.3, 0.7, 0.8, 0.9, 0.9], {
    ...options,
    groups: [1, 1, 2, 3, 4, 4, 5, 6],
  });
  for (const name of ["f1Score", "matthewsCorrelation", "balancedAccuracy", "averagePrecision"] as const) {
    expect(metrics[name]).toMatchObject({ value: 1, low: Number.NaN, high: Number.NaN });
  }
  expect(metrics.accuracy.byGroup).toBeNull();
  expect(metrics.auc.byGroup).toBeNull();
  expect(metrics.accuracy.low).toBeLessThan(0.7);
});

test("an area of 1 has Newcombe's interval, since DeLong's is a point", () => {
  const { auc } = estimateMetrics([0, 0, 0, 1, 1, 1], [0.1, 0.2, 0.3, 0.7, 0.8, 0.9], options);
  expect(auc).toMatchObject({ value: 1, high: 1, method: "Newcombe" });
  expect(auc.low).toBeLessThan(0.8);
});

describe("without samples of a class", () => {
  const metrics = estimateMetrics([1, 1, 1], [0.2, 0.8, 0.9], options);

  test.each(["specificity", "auc", "balancedAccuracy", "positiveLikelihoodRatio"] as const)(
    "%s is undefined, and says why",
    (name) => {
      expect(metrics[name].value).toBeNaN();
      expect(metrics[name].low).toBeNaN();
      expect(metrics[name].undefinedReason).toEqual(expect.any(String));
    },
  );

  test("sensitivity is not", () => {
    expect(metrics.sensitivity).toMatchObject({ value: 2 / 3, undefinedReason: null });
  });
});

test("is undefined throughout without any sample", () => {
  for (const { value, undefinedReason } of Object.values({ ...estimateMetrics([], [], options) })) {
    expect(value).toBeNaN();
    expect(undefinedReason).toEqual(expect.any(String));
  }
});

test("any labels and probabilities give limits in order", () => {
  const sample = fc.tuple(fc.nat({ max: 1 }), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat({ max: 4 }));
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 12 }), (samples) => {
      const metrics = estimateMetrics(
        samples.map(([label]) => label),
        samples.map(([, score]) => score),
        { ...options, resamples: 20, groups: samples.map(([, , group]) => group) },
      );
      for (const { low, high } of Object.values({ ...metrics })) {
        expect(Number.isNaN(low) || low <= high).toBe(true);
      }
    }),
    { numRuns: 50 },
  );
});

test.each([
  { why: "unequal lengths", truth: [0, 1], scores: [0.5], parameter: "probabilities" },
  { why: "a label that is none", truth: [0, 2], scores: [0.5, 0.5], parameter: "truth" },
  { why: "a score that is no probability", truth: [0, 1], scores: [0.5, 1.5], parameter: "probabilities" },
  {
    why: "a group too many",
    truth: [0, 1],
    scores: [0.5, 0.5],
    groups: ["a", "b", "c"],
    parameter: "groups",
  },
  {
    why: "a group without a name",
    truth: [0, 1],
    scores: [0.5, 0.5],
    groups: ["a", ""],
    parameter: "groups",
  },
])("refuses $why", ({ truth, scores, parameter, why: _, ...more }) => {
  expect(() => estimateMetrics(truth, scores, { ...options, ...more })).toThrow(
    expect.objectContaining({ parameter }),
  );
});

describe("formatMetric", () => {
  test.each([
    [29 / 31, "0.935"],
    [1, "1.000"],
    [-0.5, "-0.500"],
    [Number.NaN, "undefined"],
    [Number.POSITIVE_INFINITY, "∞"],
    [Number.NEGATIVE_INFINITY, "−∞"],
  ])("%p reads %p", (value, text) => {
    expect(formatMetric(value)).toBe(text);
  });
});

describe("formatEstimate", () => {
  test("shows metric and interval", () => {
    expect(formatEstimate({ value: 29 / 31, low: 0.7858, high: 0.9921 })).toBe("0.935 [0.786, 0.992]");
  });

  test("leaves an undefined interval out", () => {
    expect(formatEstimate({ value: 2, low: Number.NaN, high: Number.NaN })).toBe("2.000");
  });

  test("says that a metric is undefined", () => {
    expect(formatEstimate({ value: Number.NaN, low: Number.NaN, high: Number.NaN })).toBe("undefined");
  });
});
