import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { relativeError, statistics } from "../../fixtures/statistics.js";
import { betaQuantile, incompleteBeta } from "./beta.js";
import { normalCdf, normalQuantile } from "./normal.js";

describe("normalCdf", () => {
  test.each(statistics.normal.cdf)("equals mpmath's ncdf at $z", ({ z, value }) => {
    expect(relativeError(normalCdf(z), value)).toBeLessThan(4e-15);
  });

  test("has its limits", () => {
    expect([Number.NEGATIVE_INFINITY, 0, Number.POSITIVE_INFINITY].map(normalCdf)).toEqual([0, 0.5, 1]);
    expect(normalCdf(Number.NaN)).toBeNaN();
  });

  test("never falls, and both tails add up to 1", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -9, max: 9, noNaN: true }),
        fc.double({ min: 1e-6, max: 1, noNaN: true }),
        (z, step) => {
          expect(normalCdf(z + step)).toBeGreaterThanOrEqual(normalCdf(z));
          expect(normalCdf(z) + normalCdf(-z)).toBeCloseTo(1, 14);
        },
      ),
    );
  });
});

describe("normalQuantile", () => {
  test.each(statistics.normal.quantile)(
    "equals mpmath's quantile at $probability",
    ({ probability, value }) => {
      expect(relativeError(normalQuantile(probability), value)).toBeLessThan(4e-15);
    },
  );

  test("is infinite at 0 and 1", () => {
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
  });

  test("is undone by normalCdf", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1 - 1e-12, noNaN: true }), (probability) => {
        expect(relativeError(normalCdf(normalQuantile(probability)), probability)).toBeLessThan(5e-12);
      }),
    );
  });
});

const shapes = fc.double({ min: 0.3, max: 3000, noNaN: true });

describe("incompleteBeta", () => {
  test.each(statistics.beta)("equals mpmath's betainc: x $x, a $a, b $b", ({ x, a, b, lower, upper }) => {
    const tails = incompleteBeta(x, a, b);
    expect(tails.lower).toBeCloseTo(lower, 12);
    expect(tails.upper).toBeCloseTo(upper, 12);
    // The smaller tail keeps its digits, as far as there are numbers that small.
    const [smaller, expected] = lower < upper ? [tails.lower, lower] : [tails.upper, upper];
    if (expected > 1e-300) expect(relativeError(smaller, expected)).toBeLessThan(1e-12);
  });

  test("is a power where one shape is 1", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 0.999, noNaN: true }),
        fc.integer({ min: 1, max: 60 }),
        (x, a) => {
          expect(incompleteBeta(x, a, 1).lower).toBeCloseTo(x ** a, 13);
          expect(incompleteBeta(x, 1, a).upper).toBeCloseTo((1 - x) ** a, 13);
        },
      ),
    );
  });

  test("is 0 and 1 at the ends", () => {
    expect(incompleteBeta(0, 2, 3)).toEqual({ lower: 0, upper: 1 });
    expect(incompleteBeta(1, 2, 3)).toEqual({ lower: 1, upper: 0 });
  });
});

describe("betaQuantile", () => {
  test.each(["lower", "upper"] as const)("is undone by incompleteBeta, tail: %s", (tail) => {
    fc.assert(
      fc.property(shapes, shapes, fc.double({ min: 1e-9, max: 0.6, noNaN: true }), (a, b, probability) => {
        const x = betaQuantile(probability, a, b, tail);
        fc.pre(x > 1e-12 && x < 1 - 1e-4);
        expect(relativeError(incompleteBeta(x, a, b)[tail], probability)).toBeLessThan(1e-9);
      }),
    );
  });
});
