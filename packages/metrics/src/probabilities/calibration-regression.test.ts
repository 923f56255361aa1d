import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { statistics } from "../../fixtures/statistics.js";
import { calibrationRegression } from "./calibration-regression.js";
import { expit, logit } from "./logistic.js";

const undefinedInterval = { low: Number.NaN, high: Number.NaN, level: 0.95 };
const close = ([low, high]: [number, number]) => ({
  low: expect.closeTo(low, 7),
  high: expect.closeTo(high, 7),
  level: 0.95,
});
/** As many of each group as it takes for its share of positives to be exactly the probability. */
const calibrated = [
  [0.25, 4],
  [0.5, 6],
  [0.75, 8],
].flatMap(([probability, count]) =>
  Array.from({ length: count! }, (_, i) => ({
    probability: probability!,
    label: i < probability! * count! ? 1 : 0,
  })),
);
const labels = calibrated.map(({ label }) => label);
const probabilities = calibrated.map(({ probability }) => probability);

describe("calibrationRegression", () => {
  test.each(statistics.regressions)("equals statsmodels' Logit and GLM: $name", (reference) => {
    const { regression, inTheLarge } = reference;
    const result = calibrationRegression(reference.truth, reference.probabilities);
    expect(result).toEqual({
      intercept: expect.closeTo(regression.estimates[0]!, 9),
      slope: expect.closeTo(regression.estimates[1]!, 9),
      inTheLarge: expect.closeTo(inTheLarge.estimates[0]!, 9),
      interceptInterval: close(regression.limits[0]!),
      slopeInterval: close(regression.limits[1]!),
      inTheLargeInterval: close(inTheLarge.limits[0]!),
      undefinedReason: null,
    });
  });

  test("is 1, 0 and 0 for probabilities that come true", () => {
    expect(calibrationRegression(labels, probabilities)).toMatchObject({
      slope: expect.closeTo(1, 12),
      intercept: expect.closeTo(0, 12),
      inTheLarge: expect.closeTo(0, 12),
      undefinedReason: null,
    });
  });

  test("undoes a distortion of the log-odds", () => {
    const factors = fc.double({ min: 0.05, max: 4, noNaN: true });
    const offsets = fc.double({ min: -4, max: 4, noNaN: true });
    fc.assert(
      fc.property(factors, offsets, (factor, offset) => {
        const distorted = probabilities.map((probability) => expit(factor * logit(probability) + offset));
        const { slope, intercept } = calibrationRegression(labels, distorted);
        expect(slope * factor).toBeCloseTo(1, 9);
        expect(intercept + slope * offset).toBeCloseTo(0, 8);
      }),
    );
  });

  test("solves the equations of the likelihood's maximum", () => {
    const certain = fc.constantFrom(0, 1e-9, 0.001, 0.999, 1);
    const probability = fc.oneof(
      fc.nat({ max: 100 }).map((n) => n / 100),
      certain,
    );
    const pairs = fc.array(fc.tuple(fc.nat({ max: 1 }), probability), { minLength: 3, maxLength: 30 });
    fc.assert(
      fc.property(pairs, (drawn) => {
        const { slope, intercept, inTheLarge, undefinedReason } = calibrationRegression(
          drawn.map(([label]) => label),
          drawn.map(([, value]) => value),
        );
        fc.pre(undefinedReason === null);
        const sumOf = (term: (label: number, z: number) => number) =>
          drawn.reduce((sum, [label, value]) => sum + term(label, logit(value)), 0);
        expect(sumOf((label, z) => label - expit(slope * z + intercept))).toBeCloseTo(0, 8);
        expect(sumOf((label, z) => (label - expit(slope * z + intercept)) * z)).toBeCloseTo(0, 7);
        expect(sumOf((label, z) => label - expit(z + inTheLarge))).toBeCloseTo(0, 9);
      }),
    );
  });

  test("in the large is the offset by which every log-odds is wrong", () => {
    const shifted = probabilities.map((probability) => expit(logit(probability) + 1.25));
    expect(calibrationRegression(labels, shifted).inTheLarge).toBeCloseTo(-1.25, 12);
  });

  test("clips certainty, so that all numbers are finite", () => {
    const result = calibrationRegression([0, 1, 0, 1, 1, 0], [0, 1, 1, 0, 0.7, 0.6]);
    const clipped = [1e-8, 1 - 1e-8, 1 - 1e-8, 1e-8, 0.7, 0.6];
    expect(result).toEqual(calibrationRegression([0, 1, 0, 1, 1, 0], clipped));
    expect(Number.isFinite(result.slope)).toBe(true);
  });

  test.each([
    { why: "apart", truth: [0, 0, 1, 1], values: [0.1, 0.2, 0.6, 0.9] },
    { why: "meeting at one probability", truth: [0, 0, 1, 1], values: [0.1, 0.5, 0.5, 0.9] },
    { why: "the wrong way round", truth: [1, 1, 0, 0], values: [0.1, 0.2, 0.6, 0.9] },
  ])("has no slope for classes $why, but is defined in the large", ({ truth, values }) => {
    const result = calibrationRegression(truth, values);
    expect(result).toMatchObject({
      slope: Number.NaN,
      intercept: Number.NaN,
      slopeInterval: undefinedInterval,
      interceptInterval: undefinedInterval,
      undefinedReason: expect.stringMatching(/separate the classes/),
    });
    // Solves what defines it: as many positives expected as there are.
    const expected = values.reduce((sum, value) => sum + expit(logit(value) + result.inTheLarge), 0);
    expect(expected).toBeCloseTo(2, 12);
    expect(result.inTheLargeInterval.low).toBeLessThan(result.inTheLarge);
  });

  test("has no slope where every probability is the same", () => {
    expect(calibrationRegression([0, 1, 1, 1], [0.5, 0.5, 0.5, 0.5])).toMatchObject({
      slope: Number.NaN,
      inTheLarge: expect.closeTo(Math.log(3), 12),
      undefinedReason: expect.stringMatching(/the same/),
    });
  });

  test.each([
    { why: "no sample", truth: [], values: [], reason: /no sample$/ },
    { why: "no positive", truth: [0, 0], values: [0.2, 0.4], reason: /class 1/ },
    { why: "no negative", truth: [1, 1], values: [0.2, 0.4], reason: /class 0/ },
  ])("is undefined, with a reason, for $why", ({ truth, values, reason }) => {
    expect(calibrationRegression(truth, values)).toEqual({
      slope: Number.NaN,
      intercept: Number.NaN,
      inTheLarge: Number.NaN,
      slopeInterval: undefinedInterval,
      interceptInterval: undefinedInterval,
      inTheLargeInterval: undefinedInterval,
      undefinedReason: expect.stringMatching(reason),
    });
  });

  test.each([
    { why: "unequal lengths", truth: [0, 1], values: [0.5], parameter: "probabilities", value: 1 },
    { why: "a third class", truth: [2], values: [0.5], parameter: "truth", value: 2 },
    { why: "NaN", truth: [1], values: [Number.NaN], parameter: "probabilities", value: Number.NaN },
  ])("refuses $why", ({ truth, values, parameter, value }) => {
    expect(() => calibrationRegression(truth, values)).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter, value }),
    );
  });

  test("refuses a level of 1", () => {
    expect(() => calibrationRegression([0, 1], [0.5, 0.6], { level: 1 })).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter: "level", value: 1 }),
    );
  });
});
