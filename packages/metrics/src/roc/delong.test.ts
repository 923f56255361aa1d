import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { figuresGolden, procGolden } from "../../fixtures/figures.js";
import { auc } from "./auc.js";
import { delong } from "./delong.js";
import { rocCurve } from "./roc-curve.js";

const sample = fc.tuple(fc.nat({ max: 1 }), fc.integer({ min: -3, max: 3 }));
/** Samples of which two at least are of either class; few distinct scores, so that ties are the rule. */
const samples = fc
  .array(sample, { minLength: 4, maxLength: 40 })
  .map((pairs) => [...pairs, [0, 1], [0, -1], [1, 1], [1, 0]] as [number, number][]);
const estimateOf = (pairs: [number, number][]) =>
  delong(
    pairs.map(([truth]) => truth),
    pairs.map(([, score]) => score),
  );

describe.each(
  figuresGolden.delong.map((numpy, i) => ({ name: numpy.name, numpy, proc: procGolden.delong[i]! })),
)("$name", ({ name, numpy, proc }) => {
  test.each([
    { model: 0, scores: numpy.scores_a },
    { model: 1, scores: numpy.scores_b },
  ])("area, variance and interval of NumPy and pROC, model $model", ({ model, scores }) => {
    const actual = delong(numpy.truth, scores, { level: numpy.level });
    expect(proc.name).toBe(name);
    expect(actual.undefinedReason).toBeNull();
    expect(actual.standardError).toBeCloseTo(Math.sqrt(numpy.variance[model]!), 13);
    for (const reference of [numpy, proc]) {
      expect(actual.auc).toBeCloseTo(reference.auc[model]!, 13);
      expect(actual.variance / reference.variance[model]!).toBeCloseTo(1, 12);
      expect(actual.interval.low).toBeCloseTo(reference.interval[model]![0], 13);
      expect(actual.interval.high).toBeCloseTo(reference.interval[model]![1], 13);
    }
    expect(actual.interval.level).toBe(numpy.level);
  });
});

describe("delong", () => {
  test("has the area of the curve", () => {
    fc.assert(
      fc.property(samples, (pairs) => {
        const curve = rocCurve(
          pairs.map(([truth]) => truth),
          pairs.map(([, score]) => score),
        );
        expect(estimateOf(pairs).auc).toBeCloseTo(auc(curve), 12);
      }),
    );
  });

  test("has the variance of DeLong's definition, every pair compared", () => {
    const variance = (values: number[]) => {
      const mean = values.reduce((a, b) => a + b) / values.length;
      return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
    };
    fc.assert(
      fc.property(samples, (pairs) => {
        const [negatives, positives] = [0, 1].map((label) =>
          pairs.filter(([truth]) => truth === label).map(([, score]) => score),
        ) as [number[], number[]];
        const wins = (p: number, n: number) => (p > n ? 1 : p === n ? 0.5 : 0);
        const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
        const v10 = positives.map((p) => mean(negatives.map((n) => wins(p, n))));
        const v01 = negatives.map((n) => mean(positives.map((p) => wins(p, n))));
        expect(estimateOf(pairs).variance).toBeCloseTo(
          variance(v10) / v10.length + variance(v01) / v01.length,
          12,
        );
      }),
    );
  });

  test("ignores sample order and the scale of the scores", () => {
    fc.assert(
      fc.property(samples, (pairs) => {
        const expected = estimateOf(pairs);
        for (const changed of [
          pairs.toReversed(),
          pairs.map(([truth, score]) => [truth, Math.exp(score)] as [number, number]),
        ]) {
          const actual = estimateOf(changed);
          expect(actual.auc).toBe(expected.auc);
          expect(actual.variance).toBeCloseTo(expected.variance, 14);
        }
      }),
    );
  });

  test("gives 1 − AUC and the same variance when the labels change places", () => {
    fc.assert(
      fc.property(samples, (pairs) => {
        const { auc, variance } = estimateOf(pairs);
        const swapped = estimateOf(pairs.map(([truth, score]) => [1 - truth, score]));
        expect(swapped.auc).toBeCloseTo(1 - auc, 12);
        expect(swapped.variance).toBeCloseTo(variance, 12);
      }),
    );
  });

  test("has an interval that holds the area, lies in [0, 1] and grows with the level", () => {
    fc.assert(
      fc.property(samples, (pairs) => {
        const truth = pairs.map(([label]) => label);
        const scores = pairs.map(([, score]) => score);
        const { auc, interval } = delong(truth, scores, { level: 0.8 });
        const wider = delong(truth, scores, { level: 0.99 }).interval;
        expect(interval.low).toBeLessThanOrEqual(auc);
        expect(interval.high).toBeGreaterThanOrEqual(auc);
        expect(wider.low).toBeLessThanOrEqual(interval.low);
        expect(wider.high).toBeGreaterThanOrEqual(interval.high);
        expect(wider.low).toBeGreaterThanOrEqual(0);
        expect(wider.high).toBeLessThanOrEqual(1);
      }),
    );
  });

  test.each([
    { why: "an area of 1", scores: [1, 2, 3, 4], auc: 1 },
    { why: "an area of 0", scores: [4, 3, 2, 1], auc: 0 },
    { why: "equal scores", scores: [5, 5, 5, 5], auc: 0.5 },
  ])("has no variance and a collapsed interval for $why", ({ scores, auc }) => {
    expect(delong([0, 0, 1, 1], scores)).toEqual({
      auc,
      variance: 0,
      standardError: 0,
      interval: { low: auc, high: auc, level: 0.95 },
      undefinedReason: null,
    });
  });

  test.each([
    { why: "one positive", truth: [0, 0, 1], auc: 1, reason: /class 1, so the variance/ },
    { why: "one negative", truth: [0, 1, 1], auc: 1, reason: /class 0, so the variance/ },
    { why: "no positive", truth: [0, 0], auc: Number.NaN, reason: /class 1, so the area/ },
    { why: "no negative", truth: [1, 1], auc: Number.NaN, reason: /class 0, so the area/ },
    { why: "no positive and one negative", truth: [0], auc: Number.NaN, reason: /class 1, so the area/ },
    { why: "one positive and no negative", truth: [1], auc: Number.NaN, reason: /class 0, so the area/ },
    { why: "no sample", truth: [], auc: Number.NaN, reason: /there is no sample/ },
  ])("is undefined, with a reason, for $why", ({ truth, auc, reason }) => {
    expect(delong(truth, [0.1, 0.2, 0.3].slice(0, truth.length))).toEqual({
      auc,
      variance: Number.NaN,
      standardError: Number.NaN,
      interval: { low: Number.NaN, high: Number.NaN, level: 0.95 },
      undefinedReason: expect.stringMatching(reason),
    });
  });

  test.each([
    { why: "unequal lengths", truth: [0, 1], scores: [0.5], parameter: "scores", value: 1 },
    { why: "a third class", truth: [0, 2], scores: [0.5, 0.6], parameter: "truth", value: 2 },
    { why: "NaN", truth: [0, 1], scores: [0.5, Number.NaN], parameter: "scores", value: Number.NaN },
    { why: "a level of 95", truth: [0, 1], scores: [0.5, 0.6], level: 95, parameter: "level", value: 95 },
  ])("refuses $why", ({ truth, scores, level = 0.95, parameter, value }) => {
    expect(() => delong(truth, scores, { level })).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter, value }),
    );
  });
});
