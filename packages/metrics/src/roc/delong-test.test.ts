import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { figuresGolden, procGolden } from "../../fixtures/figures.js";
import { delong } from "./delong.js";
import { delongTest } from "./delong-test.js";

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
  .map((drawn) => [...drawn, ...[0, 1, 0, 1].map((label, i) => ({ label, a: i, b: i === 1 ? -0.5 : i / 4 }))])
  .map((all) => ({
    truth: all.map(({ label }) => label),
    a: all.map(({ a }) => a),
    b: all.map(({ b }) => b),
  }));

test.each(figuresGolden.delong.map((numpy, i) => ({ name: numpy.name, numpy, proc: procGolden.delong[i]! })))(
  "NumPy's and pROC's test: $name",
  ({ name, numpy, proc }) => {
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
  },
);

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
      undefinedReason: expect.stringMatching(/variance of 0/),
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
