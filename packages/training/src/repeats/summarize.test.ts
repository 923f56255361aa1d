import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import golden from "./fixtures/summaries.json";
import { summarize } from "./summarize.js";

describe("summarize", () => {
  test.each(golden.samples)("equals NumPy for $values", ({ values, mean, standardDeviation }) => {
    const summary = summarize(values);
    expect(summary).toMatchObject({ count: values.length, undefinedCount: 0 });
    expect(Math.abs(summary.mean - mean)).toBeLessThanOrEqual(1e-14 * Math.abs(mean));
    const scale = Math.max(standardDeviation, 1e-14 * Math.abs(mean));
    expect(Math.abs(summary.standardDeviation - standardDeviation)).toBeLessThanOrEqual(
      1e-12 * scale + 1e-16,
    );
  });

  test("one value has a mean and no deviation, none has neither", () => {
    expect(summarize([0.5])).toEqual({
      count: 1,
      undefinedCount: 0,
      mean: 0.5,
      standardDeviation: Number.NaN,
    });
    expect(summarize([])).toEqual({
      count: 0,
      undefinedCount: 0,
      mean: Number.NaN,
      standardDeviation: Number.NaN,
    });
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])("a value of %p is counted, not skipped", (value) => {
    expect(summarize([0.5, value, 0.7, value])).toEqual({
      count: 4,
      undefinedCount: 2,
      mean: Number.NaN,
      standardDeviation: Number.NaN,
    });
  });

  test("the mean lies between the values, and a shift moves it alone", () => {
    const figures = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2 });
    fc.assert(
      fc.property(figures, (values) => {
        const { mean, standardDeviation } = summarize(values);
        expect(mean).toBeGreaterThanOrEqual(Math.min(...values) - 1e-12);
        expect(mean).toBeLessThanOrEqual(Math.max(...values) + 1e-12);
        const shifted = summarize(values.map((value) => value + 1));
        expect(shifted.mean).toBeCloseTo(mean + 1, 12);
        expect(shifted.standardDeviation).toBeCloseTo(standardDeviation, 7);
      }),
    );
  });
});
