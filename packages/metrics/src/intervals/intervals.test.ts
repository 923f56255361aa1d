import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { relativeError, statistics } from "../../fixtures/statistics.js";
import { incompleteBeta } from "../internal/distributions/incomplete-beta.js";
import { clopperPearson } from "./clopper-pearson.js";
import { differenceOfProportions } from "./difference-of-proportions.js";
import { wilson } from "./wilson.js";

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
