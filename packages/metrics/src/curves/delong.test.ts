import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { figuresGolden, procGolden } from "../../fixtures/figures.js";
import { auc } from "./auc.js";
import { delong, delongTest } from "./delong.js";

describe("delong", () => {
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
          const area = auc(
            pairs.map(([truth]) => truth),
            pairs.map(([, score]) => score),
          );
          expect(estimateOf(pairs).auc).toBeCloseTo(area, 12);
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
});

describe("delongTest", () => {
  /** Samples of which two at least are of either class, with two scores each. */
  const samples = fc
    .array(
      fc.record({
        label: fc.nat({ max: 1 }),
        a: fc.nat({ max: 6 }),
        b: fc.double({ min: -1, max: 1, noNaN: true }),
      }),
      { maxLength: 30 },
    )
    .map((drawn) => [
      ...drawn,
      ...[0, 1, 0, 1].map((label, i) => ({ label, a: i, b: i === 1 ? -0.5 : i / 4 })),
    ])
    .map((all) => ({
      truth: all.map(({ label }) => label),
      a: all.map(({ a }) => a),
      b: all.map(({ b }) => b),
    }));

  test.each(
    figuresGolden.delong.map((numpy, i) => ({ name: numpy.name, numpy, proc: procGolden.delong[i]! })),
  )("NumPy's and pROC's test: $name", ({ name, numpy, proc }) => {
    const actual = delongTest(numpy.truth, numpy.scores_a, numpy.scores_b, { level: numpy.level });
    expect(proc.name).toBe(name);
    expect(actual.undefinedReason).toBeNull();
    expect(actual.difference).toBeCloseTo(numpy.difference, 13);
    expect(actual.standardError / numpy.standard_error).toBeCloseTo(1, 12);
    for (const reference of [numpy, proc]) {
      expect(actual.aucA).toBeCloseTo(reference.auc[0], 13);
      expect(actual.aucB).toBeCloseTo(reference.auc[1], 13);
      expect(actual.z / reference.z).toBeCloseTo(1, 11);
      expect(actual.pValue / reference.p_value).toBeCloseTo(1, 10);
      expect(actual.interval.low).toBeCloseTo(reference.difference_interval[0], 13);
      expect(actual.interval.high).toBeCloseTo(reference.difference_interval[1], 13);
    }
    expect(actual.interval.level).toBe(numpy.level);
  });

  describe("delongTest", () => {
    test("compares the areas that delong gives", () => {
      fc.assert(
        fc.property(samples, ({ truth, a, b }) => {
          const { aucA, aucB, difference } = delongTest(truth, a, b);
          expect(aucA).toBe(delong(truth, a).auc);
          expect(aucB).toBe(delong(truth, b).auc);
          expect(difference).toBeCloseTo(aucA - aucB, 13);
        }),
      );
    });

    test("changes the sign, and nothing else, when the scores change places", () => {
      fc.assert(
        fc.property(samples, ({ truth, a, b }) => {
          const forth = delongTest(truth, a, b);
          const back = delongTest(truth, b, a);
          expect(back.difference).toBeCloseTo(-forth.difference, 14);
          expect(back.pValue).toEqual(forth.pValue);
          expect(back.interval.low).toBeCloseTo(-forth.interval.high, 14);
        }),
      );
    });

    test("has a p-value below 1 − level exactly when the interval leaves out 0", () => {
      fc.assert(
        fc.property(samples, fc.double({ min: 0.5, max: 0.99, noNaN: true }), ({ truth, a, b }, level) => {
          const { pValue, interval, standardError } = delongTest(truth, a, b, { level });
          fc.pre(standardError > 0 && Math.abs(pValue - (1 - level)) > 1e-9);
          expect(interval.low > 0 || interval.high < 0).toBe(pValue < 1 - level);
        }),
      );
    });

    test("finds no difference between scores that order the samples alike", () => {
      fc.assert(
        fc.property(samples, ({ truth, a }) => {
          const same = delongTest(
            truth,
            a,
            a.map((score) => Math.exp(score) - 5),
          );
          expect(same).toMatchObject({
            difference: 0,
            standardError: 0,
            z: 0,
            pValue: 1,
            undefinedReason: null,
          });
          expect(same.interval).toEqual({ low: 0, high: 0, level: 0.95 });
        }),
      );
    });

    test("is undefined, with a reason, for a difference without variance", () => {
      expect(delongTest([0, 0, 1, 1], [1, 2, 3, 4], [4, 3, 2, 1])).toEqual({
        aucA: 1,
        aucB: 0,
        difference: 1,
        standardError: 0,
        interval: { low: 1, high: 1, level: 0.95 },
        z: Number.NaN,
        pValue: Number.NaN,
        undefinedReason: expect.stringMatching(/variance of the difference is 0/),
      });
    });

    test.each([
      { why: "one positive", truth: [0, 0, 1], reason: /class 1, so the variance/ },
      { why: "one negative", truth: [0, 1, 1], reason: /class 0, so the variance/ },
      { why: "no positive", truth: [0, 0, 0], reason: /class 1, so the area/ },
      { why: "no sample", truth: [], reason: /there is no sample/ },
    ])("is undefined, with a reason, for $why, even with equal scores", ({ truth, reason }) => {
      const scores = [0.1, 0.2, 0.3].slice(0, truth.length);
      expect(delongTest(truth, scores, scores)).toMatchObject({
        standardError: Number.NaN,
        interval: { low: Number.NaN, high: Number.NaN },
        z: Number.NaN,
        pValue: Number.NaN,
        undefinedReason: expect.stringMatching(reason),
      });
    });

    test.each([
      { why: "too few first scores", a: [1], b: [1, 2], parameter: "scoresA", value: 1 },
      { why: "too many second scores", a: [1, 2], b: [1, 2, 3], parameter: "scoresB", value: 3 },
      { why: "NaN", a: [1, 2], b: [1, Number.NaN], parameter: "scoresB", value: Number.NaN },
      { why: "a level of 1", a: [1, 2], b: [1, 2], level: 1, parameter: "level", value: 1 },
    ])("refuses $why", ({ a, b, level = 0.95, parameter, value }) => {
      expect(() => delongTest([0, 1], a, b, { level })).toThrow(
        expect.objectContaining({ kind: "invalid-argument", parameter, value }),
      );
    });

    test("refuses a third class", () => {
      expect(() => delongTest([0, 2], [1, 2], [1, 2])).toThrow(
        expect.objectContaining({ kind: "invalid-argument", parameter: "truth", value: 2 }),
      );
    });
  });
});
