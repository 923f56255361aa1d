import { describe, expect, test } from "@jest/globals";
import { relativeError, statistics } from "../../fixtures/statistics.js";
import { bcaLimits, percentileLimits } from "./limits.js";

describe.each(statistics.bca)(
  "SciPy's limits: $name",
  ({ replicates, jackknife, estimate, level, bca, percentile }) => {
    const sorted = Float64Array.from(replicates).sort();

    test("BCa", () => {
      const values = jackknife.map((list) => Float64Array.from(list));
      const limits = bcaLimits(sorted, values, estimate, level)!;
      expect(relativeError(limits.low, bca[0])).toBeLessThan(1e-12);
      expect(relativeError(limits.high, bca[1])).toBeLessThan(1e-12);
    });

    test("percentiles", () => {
      const limits = percentileLimits(sorted, level);
      expect(relativeError(limits.low, percentile[0])).toBeLessThan(1e-12);
      expect(relativeError(limits.high, percentile[1])).toBeLessThan(1e-12);
    });
  },
);

describe("bcaLimits", () => {
  const sorted = Float64Array.of(1, 2, 3, 4, 5);

  test("are the percentiles without bias and skewness", () => {
    expect(bcaLimits(sorted, [Float64Array.of(2, 3, 4)], 3, 0.8)).toEqual({
      low: expect.closeTo(1.4, 12),
      high: expect.closeTo(4.6, 12),
    });
  });

  test.each([
    { why: "every replicate is above the estimate", jackknife: [2, 3, 4], estimate: 0 },
    { why: "every replicate is below the estimate", jackknife: [2, 3, 4], estimate: 6 },
    { why: "the jackknife never varies", jackknife: [3, 3, 3], estimate: 3 },
    { why: "a metric of the jackknife is undefined", jackknife: [2, Number.NaN, 4], estimate: 3 },
    {
      why: "a metric of the jackknife is infinite",
      jackknife: [2, Number.POSITIVE_INFINITY, 4],
      estimate: 3,
    },
    { why: "the skewness turns the scale around", jackknife: [...new Array(400).fill(3), 9], estimate: 3 },
  ])("are undefined where $why", ({ jackknife, estimate }) => {
    expect(bcaLimits(sorted, [Float64Array.from(jackknife)], estimate, 1 - 1e-10)).toBeNull();
  });
});

test("percentileLimits take infinite replicates", () => {
  const infinite = Float64Array.of(1, 2, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  expect(percentileLimits(infinite, 0.9)).toEqual({
    low: expect.closeTo(1.15, 12),
    high: Number.POSITIVE_INFINITY,
  });
});
