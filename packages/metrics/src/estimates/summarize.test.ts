import { describe, expect, test } from "@jest/globals";
import { summarize } from "./summarize.js";

describe("summarize", () => {
  test("gives NumPy's mean and std(ddof=1)", () => {
    const { mean, standardDeviation, count, undefinedCount } = summarize([0.8, 0.9, 0.7, 1]);
    expect(mean).toBeCloseTo(0.85, 15);
    expect(standardDeviation).toBeCloseTo(0.12909944487358055, 15);
    expect([count, undefinedCount]).toEqual([4, 0]);
  });

  test("leaves values out that are not finite, and counts them", () => {
    const values = [0.5, Number.NaN, 0.7, Number.POSITIVE_INFINITY];
    expect(summarize(values)).toEqual({ ...summarize([0.5, 0.7]), undefinedCount: 2 });
  });

  test("one value has no spread; none has no mean", () => {
    expect(summarize([0.5])).toEqual({
      mean: 0.5,
      standardDeviation: Number.NaN,
      count: 1,
      undefinedCount: 0,
    });
    const nothing = { mean: Number.NaN, standardDeviation: Number.NaN, count: 0 };
    expect(summarize([])).toEqual({ ...nothing, undefinedCount: 0 });
    expect(summarize([Number.NaN])).toEqual({ ...nothing, undefinedCount: 1 });
  });
});
