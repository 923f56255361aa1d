import { InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import golden from "../../fixtures/split.json";
import { RandomState } from "./random-state.js";
import { type SplitSizes, type TrainTestSplitOptions, trainTestSplit } from "./train-test-split.js";

/** Sizes as the fixture, which speaks Python, names them. */
function toSizes(sizes: { test_size?: number; train_size?: number }): SplitSizes {
  return {
    ...(sizes.test_size !== undefined && { testSize: sizes.test_size }),
    ...(sizes.train_size !== undefined && { trainSize: sizes.train_size }),
  };
}

const indices = (length: number): number[] => Array.from({ length }, (_, i) => i);

describe("trainTestSplit equals scikit-learn, order included", () => {
  test.each(golden.plain)("$n rows, seed $seed, $sizes", ({ n, seed, sizes, train, test: held }) => {
    const options = { ...toSizes(sizes), seed };
    expect(trainTestSplit(indices(n), options)).toEqual({ train, test: held });
  });

  test.each(golden.stratified)(
    "stratified, seed $seed, $sizes",
    ({ labels, seed, sizes, train, test: held }) => {
      const options = { ...toSizes(sizes), seed, stratify: (i: number) => labels[i]! };
      expect(trainTestSplit(indices(labels.length), options)).toEqual({ train, test: held });
    },
  );

  test.each(golden.grouped)("by group, seed $seed, $sizes", ({ groups, seed, sizes, train, test: held }) => {
    const options = { ...toSizes(sizes), seed, group: (i: number) => groups[i]! };
    expect(trainTestSplit(indices(groups.length), options)).toEqual({ train, test: held });
  });

  test("a generator goes on where it stands", () => {
    const { n, sizes, train, test: held } = golden.plain[0]!;
    const seed = new RandomState(42);
    expect(trainTestSplit(indices(n), { ...toSizes(sizes), seed })).toEqual({ train, test: held });
    expect(trainTestSplit(indices(n), { ...toSizes(sizes), seed }).test).not.toEqual(held);
  });
});

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const fractions = fc.double({ min: 0.05, max: 0.9, noNaN: true });

describe("trainTestSplit for any input", () => {
  test("every row is on one side", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 12, max: 200 }), fractions, (seed, n, testSize) => {
        const { train, test: held } = trainTestSplit(indices(n), { testSize, seed });
        expect(held).toHaveLength(Math.ceil(testSize * n));
        expect([...train, ...held].sort((a, b) => a - b)).toEqual(indices(n));
      }),
    );
  });

  test("no group is on both sides", () => {
    const rows = fc.array(fc.string({ maxLength: 2, unit: "grapheme" }), { minLength: 12, maxLength: 80 });
    fc.assert(
      fc.property(seeds, rows, fractions, (seed, groups, testSize) => {
        fc.pre(new Set(groups).size >= 12);
        const group = (row: string) => row;
        const { train, test: held } = trainTestSplit(groups, { testSize, seed, group });
        expect(train.length + held.length).toBe(groups.length);
        expect(train.filter((row) => held.includes(row))).toEqual([]);
      }),
    );
  });

  test("stratified sides have each class within one row of its share", () => {
    const labels = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 30, maxLength: 120 });
    fc.assert(
      fc.property(
        seeds,
        labels,
        fc.double({ min: 0.2, max: 0.8, noNaN: true }),
        (seed, classes, testSize) => {
          const count = (sample: readonly number[], label: number) =>
            sample.filter((row) => row === label).length;
          fc.pre([0, 1, 2].every((label) => count(classes, label) >= 2));
          const stratify = (row: number) => row;
          const { test: held } = trainTestSplit(classes, { testSize, seed, stratify });
          for (const label of [0, 1, 2]) {
            const share = (count(classes, label) * held.length) / classes.length;
            expect(Math.abs(count(held, label) - share)).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });
});

describe("trainTestSplit refuses", () => {
  test.each<[string, number, Partial<TrainTestSplitOptions<number>>, string]>([
    ["a fraction of 0", 10, { testSize: 0 }, "testSize"],
    ["a negative size", 10, { testSize: -0.2 }, "testSize"],
    ["a count of all rows", 10, { testSize: 10 }, "testSize"],
    ["a size that is neither", 10, { testSize: 2.5 }, "testSize"],
    ["a train count of all rows", 10, { trainSize: 10 }, "trainSize"],
    ["fractions above 1 together", 10, { testSize: 0.6, trainSize: 0.5 }, "trainSize"],
    ["counts above the number of rows", 10, { testSize: 6, trainSize: 5 }, "trainSize"],
    ["a train side without rows", 1, { testSize: 0.5 }, "testSize"],
    ["no rows", 0, { testSize: 0.5 }, "testSize"],
    ["a bad seed", 10, { seed: -1 }, "seed"],
    ["stratify with group", 10, { stratify: () => 0, group: () => 0 }, "group"],
    ["a class of one row", 10, { stratify: (i) => (i === 0 ? 1 : 0) }, "stratify"],
    ["fewer test rows than classes", 10, { testSize: 1, stratify: (i) => i % 2 }, "stratify"],
    ["classes of mixed types", 10, { stratify: (i) => (i % 2 ? "1" : 1) }, "stratify"],
    ["a group that is NaN", 10, { group: () => Number.NaN }, "group"],
    ["one group", 10, { testSize: 0.5, group: () => "p" }, "testSize"],
  ])("%s", (_, n, options, parameter) => {
    const run = () => trainTestSplit(indices(n), { seed: 0, ...options });
    expect(run).toThrow(InvalidArgumentError);
    expect(run).toThrow(expect.objectContaining({ parameter }));
  });
});
