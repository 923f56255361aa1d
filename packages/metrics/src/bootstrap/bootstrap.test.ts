import { createRng } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { bootstrapStatistic, type DrawingOptions } from "./bootstrap.js";
import type { Draw } from "./resampler.js";

const meanOf =
  (values: ArrayLike<number>) =>
  ({ indices }: Draw): number => {
    let sum = 0;
    for (const i of indices) sum += values[i]!;
    return sum / indices.length;
  };
/** Copies of the draws that the statistic sees: the samples first, then the resamples, then the jackknife's. */
function drawsOf(size: number, options: DrawingOptions): { indices: number[]; counts: number[] }[] {
  const draws: { indices: number[]; counts: number[] }[] = [];
  // Varies around its first value, so that the jackknife takes place.
  bootstrapStatistic(
    ({ indices, counts }) => {
      draws.push({ indices: [...indices], counts: [...counts] });
      return (draws.length + 2) % 7;
    },
    size,
    options,
  );
  return draws;
}
const values = Array.from({ length: 30 }, (_, i) => ((i * 7) % 11) + (i % 4) ** 2);

describe("bootstrap", () => {
  test("gives estimate, limits and standard error of a mean", () => {
    const interval = bootstrapStatistic(meanOf(values), 30, { seed: 1, resamples: 1000 });
    const mean = values.reduce((sum, value) => sum + value, 0) / 30;
    const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 30);
    expect(interval).toMatchObject({
      estimate: mean,
      level: 0.95,
      method: "bca",
      resamples: 1000,
      undefinedResamples: 0,
      undefinedReason: null,
    });
    // The standard error of a bootstrapped mean is known; that of 1000 resamples is within about 2.2 % of it.
    expect(interval.standardError / (spread / Math.sqrt(30))).toBeCloseTo(1, 0.9);
    expect(interval.low).toBeLessThan(mean - interval.standardError);
    expect(interval.high).toBeGreaterThan(mean + interval.standardError);
  });

  test("one seed gives one interval, another seed another", () => {
    const run = (seed: number) => bootstrapStatistic(meanOf(values), 30, { seed, resamples: 200 });
    expect(run(5)).toEqual(run(5));
    expect(run(6)).not.toEqual(run(5));
  });

  test("more resamples begin with the same ones", () => {
    const draws = (resamples: number) =>
      drawsOf(9, { seed: 3, resamples, method: "percentile" }).slice(0, 11);
    expect(draws(40)).toEqual(draws(10));
  });

  test.each(["percentile", "bca"] as const)(
    "covers the mean of normal numbers as often as it says: %s",
    (method) => {
      const runs = 200;
      let covered = 0;
      for (let run = 0; run < runs; run++) {
        const rng = createRng(run, { purpose: "coverage" });
        const sample = Float64Array.from({ length: 40 }, () => rng.normal());
        const { low, high } = bootstrapStatistic(meanOf(sample), 40, {
          seed: run,
          resamples: 400,
          level: 0.9,
          method,
        });
        if (low <= 0 && 0 <= high) covered++;
      }
      // Binomial with 200 trials: mean 180, standard deviation 4.2. The bootstrap of 40 samples is known to fall short
      // by a percent or two, its standard error lacking a factor of √(40/39).
      expect(covered).toBeGreaterThan(180 - 4 * 4.2);
      expect(covered).toBeLessThan(180 + 4 * 4.2);
    },
  );
});

describe("draws", () => {
  test("begin with the samples themselves and end with one left out", () => {
    const draws = drawsOf(4, { seed: 1, resamples: 100 });
    expect(draws).toHaveLength(105);
    expect(draws[0]).toEqual({ indices: [0, 1, 2, 3], counts: [1, 1, 1, 1] });
    expect(draws.slice(101)).toEqual([
      { indices: [1, 2, 3], counts: [0, 1, 1, 1] },
      { indices: [0, 2, 3], counts: [1, 0, 1, 1] },
      { indices: [0, 1, 3], counts: [1, 1, 0, 1] },
      { indices: [0, 1, 2], counts: [1, 1, 1, 0] },
    ]);
  });

  test("counts are those of the indices, as many as there are samples", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 20 }), fc.nat(), (size, seed) => {
        for (const { indices, counts } of drawsOf(size, { seed, resamples: 5, method: "percentile" })) {
          expect(indices).toHaveLength(size);
          expect(counts).toEqual(
            Array.from({ length: size }, (_, i) => indices.filter((k) => k === i).length),
          );
        }
      }),
    );
  });

  test("reach every sample alike", () => {
    const totals = new Array<number>(5).fill(0);
    for (const { counts } of drawsOf(5, { seed: 2, resamples: 2000, method: "percentile" }).slice(1)) {
      counts.forEach((count, i) => {
        totals[i]! += count;
      });
    }
    // Each total is binomial(10000, 1/5): mean 2000, standard deviation 40; five of those is 200.
    for (const total of totals) expect(Math.abs(total - 2000)).toBeLessThan(200);
  });

  test("keep groups together, as many as there are", () => {
    const groups = ["a", "b", "a", "c", "b", "a"];
    const draws = drawsOf(6, { seed: 4, resamples: 60, groups });
    for (const { indices, counts } of draws.slice(0, 61)) {
      expect([counts[2], counts[5]]).toEqual([counts[0], counts[0]]);
      expect(counts[4]).toBe(counts[1]);
      expect(counts[0]! + counts[1]! + counts[3]!).toBe(3);
      expect(indices).toHaveLength(counts.reduce((sum, count) => sum + count, 0));
    }
    expect(draws.slice(61).map(({ indices }) => indices)).toEqual([
      [1, 3, 4],
      [0, 2, 3, 5],
      [0, 1, 2, 4, 5],
    ]);
  });

  test("groups of one sample each change nothing", () => {
    const plain = bootstrapStatistic(meanOf(values), 30, { seed: 8, resamples: 100 });
    expect(
      bootstrapStatistic(meanOf(values), 30, { seed: 8, resamples: 100, groups: values.map((_, i) => i) }),
    ).toEqual(plain);
  });

  test("repeated samples under one group name do not narrow the interval", () => {
    const doubled = [...values, ...values];
    const groups = doubled.map((_, i) => `patient ${i % 30}`);
    const grouped = bootstrapStatistic(meanOf(doubled), 60, { seed: 8, resamples: 300, groups });
    const single = bootstrapStatistic(meanOf(values), 30, { seed: 8, resamples: 300 });
    const naive = bootstrapStatistic(meanOf(doubled), 60, { seed: 8, resamples: 300 });
    expect(grouped.low).toBeCloseTo(single.low, 12);
    expect(grouped.high).toBeCloseTo(single.high, 12);
    expect(naive.high - naive.low).toBeLessThan(0.85 * (grouped.high - grouped.low));
  });

  test("keep the size of strata", () => {
    const strata = [0, 1, 1, 0, 1, 1, 1];
    for (const { counts } of drawsOf(7, { seed: 4, resamples: 60, strata, method: "percentile" })) {
      expect(counts[0]! + counts[3]!).toBe(2);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(7);
    }
  });

  test("keep groups within their strata", () => {
    const strata = [0, 0, 1, 1, 1];
    const groups = ["a", "b", "c", "c", "d"];
    for (const { counts } of drawsOf(5, { seed: 4, resamples: 60, strata, groups }).slice(0, 61)) {
      expect(counts[0]! + counts[1]!).toBe(2);
      expect(counts[2]).toBe(counts[3]);
      expect(counts[2]! + counts[4]!).toBe(2);
    }
  });
});

describe("bootstrap falls back to percentiles", () => {
  test("where the metric never changes", () => {
    expect(bootstrapStatistic(() => 0.75, 10, { seed: 1, resamples: 50 })).toMatchObject({
      low: 0.75,
      high: 0.75,
      standardError: 0,
      method: "percentile",
      undefinedReason: null,
    });
  });

  test("where the jackknife is undefined", () => {
    const needsTheFirst = ({ counts, indices }: Draw) => (counts[0] === 0 ? Number.NaN : indices[0]!);
    const interval = bootstrapStatistic(needsTheFirst, 6, { seed: 1, resamples: 200 });
    expect(interval).toMatchObject({ method: "percentile", undefinedReason: null });
    // The first of six is missed by a share of (5/6)^6, a third of the draws.
    expect(interval.undefinedResamples).toBeGreaterThan(40);
    expect(interval.undefinedResamples).toBeLessThan(100);
  });

  test("where a metric is infinite", () => {
    const ratio = ({ counts }: Draw) => counts[0]! / counts[1]!;
    const interval = bootstrapStatistic(ratio, 8, { seed: 1, resamples: 200 });
    expect(interval).toMatchObject({ estimate: 1, high: Number.POSITIVE_INFINITY, method: "percentile" });
    expect(interval.standardError).toBeNaN();
  });
});

describe("bootstrap is undefined, with a reason", () => {
  const undefinedLimits = { low: Number.NaN, high: Number.NaN, standardError: Number.NaN };

  test.each([
    { why: "no sample", size: 0, reason: /no sample/ },
    { why: "one sample", size: 1, reason: /one sample/ },
    { why: "one group", size: 3, groups: [7, 7, 7], reason: /one sample \(or group\)/ },
    { why: "one sample in each stratum", size: 2, strata: [0, 1], reason: /each stratum/ },
  ])("for $why", ({ why: _, reason, size, ...options }) => {
    const interval = bootstrapStatistic(({ indices }) => indices.length, size, { seed: 1, ...options });
    expect(interval).toMatchObject({
      ...undefinedLimits,
      estimate: size,
      resamples: 0,
      undefinedReason: expect.stringMatching(reason),
    });
  });

  test("where the metric of the samples is", () => {
    const interval = bootstrapStatistic(() => Number.NaN, 5, { seed: 1 });
    expect(interval).toMatchObject({
      ...undefinedLimits,
      estimate: Number.NaN,
      undefinedReason: expect.stringMatching(/metric of the samples/),
    });
  });

  test("where that of most resamples is", () => {
    const needsBoth = ({ counts }: Draw) => (counts[0]! > 0 && counts[1]! > 0 ? counts[0]! : Number.NaN);
    const interval = bootstrapStatistic(needsBoth, 20, { seed: 1, resamples: 100 });
    // Both of two given samples are in a draw of 20 from 20 with a chance of 0.41.
    expect(interval).toMatchObject({
      ...undefinedLimits,
      estimate: 1,
      resamples: 100,
      undefinedReason: expect.stringMatching(/\d+ of 100 resamples, more than half/),
    });
    expect(interval.undefinedResamples).toBeGreaterThan(50);
  });
});

describe("bootstrap refuses", () => {
  test.each([
    { options: { size: -1 }, parameter: "size", value: -1 },
    { options: { size: 2.5 }, parameter: "size", value: 2.5 },
    { options: { seed: -3 }, parameter: "seed", value: -3 },
    { options: { resamples: 1 }, parameter: "resamples", value: 1 },
    { options: { resamples: 10.5 }, parameter: "resamples", value: 10.5 },
    { options: { level: 1 }, parameter: "level", value: 1 },
    { options: { groups: ["a", "b"] }, parameter: "groups", value: 2 },
    { options: { groups: ["a", "", "b"] }, parameter: "groups", value: "" },
    { options: { groups: [1, Number.NaN, 2] }, parameter: "groups", value: Number.NaN },
    { options: { strata: [0, 1] }, parameter: "strata", value: 2 },
    { options: { strata: [0, Number.NaN, 1] }, parameter: "strata", value: Number.NaN },
    { options: { strata: [0, 1, 1], groups: ["a", "a", "b"] }, parameter: "strata", value: 1 },
  ])("$options", ({ options, parameter, value }) => {
    const { size = 3, ...own } = options as { size?: number };
    expect(() => bootstrapStatistic(meanOf(values), size, { seed: 1, ...own })).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter, value }),
    );
  });
});
