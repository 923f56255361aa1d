import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { relativeError, statistics } from "../../../fixtures/statistics.js";
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
