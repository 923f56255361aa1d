import { createRng, InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { relativeError, statistics } from "../../fixtures/statistics.js";
import { auc } from "../curves/auc.js";
import { incompleteBeta } from "../math/beta.js";
import { newcombeAucInterval } from "./newcombe-auc-interval.js";
import { clopperPearson, differenceOfProportions, wilson } from "./proportions.js";

const INTERVALS = [
  { name: "clopperPearson", interval: clopperPearson },
  { name: "wilson", interval: wilson },
] as const;
const proportions = fc
  .tuple(fc.nat({ max: 400 }), fc.nat({ max: 400 }))
  .map(([successes, failures]) => ({ successes, trials: successes + failures }))
  .filter(({ trials }) => trials > 0);

describe.each(INTERVALS)("$name", ({ name, interval }) => {
  test.each(statistics.shared.proportions)("$successes of $trials: reference", (reference) => {
    const { low, high, level } = interval(reference.successes, reference.trials);
    expect(level).toBe(0.95);
    expect(relativeError(low, reference[name][0])).toBeLessThan(1e-12);
    expect(relativeError(high, reference[name][1])).toBeLessThan(1e-12);
  });

  test("holds the share, within [0, 1], and grows with the level", () => {
    fc.assert(
      fc.property(
        proportions,
        fc.double({ min: 0.05, max: 0.9, noNaN: true }),
        ({ successes, trials }, level) => {
          const { low, high } = interval(successes, trials, { level });
          const wider = interval(successes, trials, { level: level + 0.09 });
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
          expect(low).toBeLessThanOrEqual(successes / trials);
          expect(high).toBeGreaterThanOrEqual(successes / trials);
          expect(wider.low).toBeLessThanOrEqual(low);
          expect(wider.high).toBeGreaterThanOrEqual(high);
        },
      ),
    );
  });

  test("mirrors when failures count as successes", () => {
    fc.assert(
      fc.property(proportions, ({ successes, trials }) => {
        const { low, high } = interval(successes, trials);
        const mirrored = interval(trials - successes, trials);
        expect(mirrored.low).toBeCloseTo(1 - high, 12);
        expect(mirrored.high).toBeCloseTo(1 - low, 12);
      }),
    );
  });

  test("is NaN without trials", () => {
    expect(interval(0, 0, { level: 0.9 })).toEqual({ low: Number.NaN, high: Number.NaN, level: 0.9 });
  });

  test.each([
    { successes: 3, trials: 2, parameter: "successes", value: 3 },
    { successes: -1, trials: 2, parameter: "successes", value: -1 },
    { successes: 0.5, trials: 2, parameter: "successes", value: 0.5 },
    { successes: 0, trials: 1.5, parameter: "trials", value: 1.5 },
    { successes: 0, trials: Number.NaN, parameter: "trials", value: Number.NaN },
  ])("refuses $successes of $trials", ({ successes, trials, parameter, value }) => {
    expect(() => interval(successes, trials)).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter, value }),
    );
  });

  test.each([0, 1, 95, Number.NaN])("refuses the level %p", (level) => {
    expect(() => interval(1, 2, { level })).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter: "level", value: level }),
    );
  });
});

describe("clopperPearson", () => {
  test.each(statistics.clopperPearson)(
    "$successes of $trials at $level: SciPy's beta quantiles",
    ({ successes, trials, level, limits }) => {
      const { low, high } = clopperPearson(successes, trials, { level });
      expect(relativeError(low, limits[0])).toBeLessThan(1e-12);
      expect(relativeError(high, limits[1])).toBeLessThan(1e-12);
    },
  );

  test("gives the published test set's accuracy, 29 of 31, its interval", () => {
    const { low, high } = clopperPearson(29, 31);
    expect([low, high].map((limit) => limit.toFixed(4))).toEqual(["0.7858", "0.9921"]);
  });

  test("has a closed form where nothing failed", () => {
    expect(clopperPearson(50, 50)).toEqual({
      low: expect.closeTo(0.025 ** (1 / 50), 14),
      high: 1,
      level: 0.95,
    });
  });

  test("is fast and exact for a thousand million trials", () => {
    const { low, high } = clopperPearson(0, 1e9);
    expect(low).toBe(0);
    expect(relativeError(high, -Math.expm1(Math.log(0.025) / 1e9))).toBeLessThan(1e-12);
  });

  test("holds every true value in at least the share of studies that it claims", () => {
    const trials = 25;
    const intervals = Array.from({ length: trials + 1 }, (_, k) => clopperPearson(k, trials, { level: 0.9 }));
    for (let truth = 0.01; truth < 1; truth += 0.01) {
      // P(X <= k) is the upper tail of a beta distribution at the true value.
      const upTo = (k: number) =>
        k < 0 ? 0 : k === trials ? 1 : incompleteBeta(truth, k + 1, trials - k).upper;
      const covered = intervals.reduce(
        (sum, { low, high }, k) => (low <= truth && truth <= high ? sum + upTo(k) - upTo(k - 1) : sum),
        0,
      );
      expect(covered).toBeGreaterThan(0.9);
    }
  });
});

describe("differenceOfProportions", () => {
  test.each(statistics.newcombe)("$a less $b at $level: statsmodels", ({ a, b, level, limits }) => {
    const { difference, interval } = differenceOfProportions(
      { successes: a[0], trials: a[1] },
      { successes: b[0], trials: b[1] },
      { level },
    );
    expect(difference).toBe(a[0] / a[1] - b[0] / b[1]);
    expect(interval).toEqual({
      low: expect.closeTo(limits[0], 12),
      high: expect.closeTo(limits[1], 12),
      level,
    });
  });

  test("changes sign when both change places, and stays in [-1, 1]", () => {
    fc.assert(
      fc.property(proportions, proportions, (a, b) => {
        const { difference, interval } = differenceOfProportions(a, b);
        const swapped = differenceOfProportions(b, a);
        expect(swapped.difference).toBeCloseTo(-difference, 14);
        expect(swapped.interval.low).toBeCloseTo(-interval.high, 12);
        expect(interval.low).toBeGreaterThanOrEqual(-1 - 1e-12);
        expect(interval.low).toBeLessThanOrEqual(difference);
        expect(interval.high).toBeGreaterThanOrEqual(difference);
      }),
    );
  });

  test("is NaN where either has no trial", () => {
    const { difference, interval } = differenceOfProportions(
      { successes: 0, trials: 0 },
      { successes: 1, trials: 2 },
    );
    expect([difference, interval.low, interval.high]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  test("refuses more successes than trials", () => {
    expect(() => differenceOfProportions({ successes: 1, trials: 2 }, { successes: 5, trials: 2 })).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter: "successes", value: 5 }),
    );
  });
});

describe("newcombeAucInterval", () => {
  /** Standard error by Newcombe's formula, written out. */
  function standardError(area: number, m: number, n: number): number {
    const n1 = (m + n) / 2 - 1;
    const sum = 1 + n1 * ((1 - area) / (2 - area)) + (n1 * area) / (1 + area);
    return Math.sqrt((area * (1 - area) * sum) / (m * n));
  }

  test("each limit stands 1.96 of its own standard errors from the area", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.02, max: 0.98, noNaN: true }),
        fc.integer({ min: 2, max: 200 }),
        fc.integer({ min: 2, max: 200 }),
        (area, m, n) => {
          const { low, high } = newcombeAucInterval(area, m, n);
          expect((area - low) / standardError(low, m, n)).toBeCloseTo(1.959963984540054, 6);
          expect((high - area) / standardError(high, m, n)).toBeCloseTo(1.959963984540054, 6);
        },
      ),
    );
  });

  test("stays open at an area of 1, the wider the fewer the samples", () => {
    const [few, many] = [newcombeAucInterval(1, 5, 5), newcombeAucInterval(1, 50, 50)];
    expect(few).toMatchObject({ high: 1, level: 0.95 });
    expect(few.low).toBeLessThan(many.low);
    expect(many.low).toBeLessThan(1);
  });

  test("turns round with the classes", () => {
    const { low, high } = newcombeAucInterval(0.8, 12, 20);
    const turned = newcombeAucInterval(0.2, 20, 12);
    expect(turned.low).toBeCloseTo(1 - high, 12);
    expect(turned.high).toBeCloseTo(1 - low, 12);
  });

  test("holds the true area of normal scores in about 95 % of studies of 15 and 15", () => {
    // Scores N(0, 1) and N(1.5, 1): the area is Φ(1.5 / √2) = 0.855578.
    const studies = 400;
    let covered = 0;
    for (let study = 0; study < studies; study++) {
      const rng = createRng(7, { purpose: "coverage", index: study });
      const truth = Array.from({ length: 30 }, (_, i) => i % 2);
      const scores = truth.map((label) => rng.normal() + 1.5 * label);
      const { low, high } = newcombeAucInterval(auc(truth, scores), 15, 15);
      if (low <= 0.855578 && 0.855578 <= high) covered++;
    }
    // 95 % ± 4 standard errors of 400 studies.
    expect(covered / studies).toBeGreaterThan(0.906);
    expect(covered / studies).toBeLessThan(0.994);
  });

  describe("refuses", () => {
    test.each([
      { parameter: "auc", values: [1.1, 5, 5] as const, value: 1.1 },
      { parameter: "auc", values: [Number.NaN, 5, 5] as const, value: Number.NaN },
      { parameter: "positives", values: [0.5, 0, 5] as const, value: 0 },
      { parameter: "negatives", values: [0.5, 5, 1.5] as const, value: 1.5 },
    ])("$parameter $value", ({ parameter, values: [area, m, n], value }) => {
      const attempt = () => newcombeAucInterval(area, m, n);
      expect(attempt).toThrow(InvalidArgumentError);
      expect(attempt).toThrow(expect.objectContaining({ parameter, value }));
    });
  });
});
