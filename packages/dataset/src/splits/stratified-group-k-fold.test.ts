import { InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import golden from "../../fixtures/folds.json";
import { type StratifiedGroupKFoldOptions, stratifiedGroupKFold } from "./stratified-group-k-fold.js";

/** Rows of each class in each fold. */
function countsOf(labels: readonly number[], foldOf: readonly number[], folds: number): number[][] {
  const classes = [...new Set(labels)].sort((a, b) => a - b);
  return Array.from({ length: folds }, (_, fold) =>
    classes.map((label) => labels.filter((own, row) => own === label && foldOf[row] === fold).length),
  );
}

/** Variance over folds of the share of a class that a fold holds, mean of the classes: 0 is perfectly even. */
function variance(counts: readonly (readonly number[])[]): number {
  const classes = counts[0]!.map((_, code) => counts.map((fold) => fold[code]!));
  const ofClass = (held: readonly number[]): number => {
    const total = held.reduce((a, b) => a + b, 0);
    return held.reduce((sum, count) => sum + (count / total - 1 / held.length) ** 2, 0) / held.length;
  };
  return classes.reduce((sum, held) => sum + ofClass(held), 0) / classes.length;
}

const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);

const seeds = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const folds = fc.integer({ min: 2, max: 6 });
/** Rows of up to 25 groups and 3 classes; each class occurs in 6 groups at least. */
const rows = fc
  .array(fc.record({ label: fc.nat(2), group: fc.nat(24) }), { maxLength: 90 })
  .map((drawn) => [...Array.from({ length: 18 }, (_, i) => ({ label: i % 3, group: i })), ...drawn])
  .map((all) => ({ labels: all.map(({ label }) => label), groups: all.map(({ group }) => group) }));

describe("stratifiedGroupKFold beside scikit-learn", () => {
  test.each(golden.cases)(
    "$name: at least as even, whatever the seed",
    ({ labels, groups, ...reference }) => {
      for (let seed = 0; seed < 20; seed++) {
        const foldOf = stratifiedGroupKFold(labels, { folds: reference.folds, seed, groups });
        const counts = countsOf(labels, foldOf, reference.folds);
        expect(variance(counts)).toBeLessThanOrEqual(variance(reference.counts) + 1e-12);
      }
    },
  );
});

describe("stratifiedGroupKFold for any input", () => {
  test("every row has one fold, no fold is empty, no group is in two", () => {
    fc.assert(
      fc.property(rows, folds, seeds, fc.boolean(), ({ labels, groups }, count, seed, stratify) => {
        const foldOf = stratifiedGroupKFold(labels, { folds: count, seed, groups, stratify });
        expect(foldOf).toHaveLength(labels.length);
        expect([...new Set(foldOf)].sort()).toEqual(Array.from({ length: count }, (_, fold) => fold));
        const pairs = new Set(groups.map((group, row) => `${group} ${foldOf[row]}`));
        expect(pairs.size).toBe(new Set(groups).size);
      }),
    );
  });

  test("without groups, counts of a class and sizes of folds differ by one at most", () => {
    fc.assert(
      fc.property(rows, folds, seeds, ({ labels }, count, seed) => {
        const classCounts = countsOf(labels, stratifiedGroupKFold(labels, { folds: count, seed }), count);
        for (const code of [0, 1, 2]) {
          expect(spread(classCounts.map((fold) => fold[code]!))).toBeLessThanOrEqual(1);
        }
        const plain = stratifiedGroupKFold(labels, { folds: count, seed, stratify: false });
        const sizes = countsOf(
          labels.map(() => 0),
          plain,
          count,
        );
        expect(spread(sizes.flat())).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("one key gives one result, whatever groups and classes are called", () => {
    fc.assert(
      fc.property(rows, folds, seeds, ({ labels, groups }, count, seed) => {
        const options = { folds: count, seed };
        const first = stratifiedGroupKFold(labels, { ...options, groups });
        expect(stratifiedGroupKFold(labels, { ...options, groups })).toEqual(first);
        const renamed = groups.map((group) => `patient ${(group * 7) % 25}`);
        expect(stratifiedGroupKFold(labels, { ...options, groups: renamed })).toEqual(first);
        const relabelled = labels.map((label) => 9 - label);
        expect(stratifiedGroupKFold(relabelled, { ...options, groups })).toEqual(first);
      }),
    );
  });
});

test("seeds and repeats differ", () => {
  const labels = Array.from({ length: 60 }, (_, row) => row % 2);
  const options = { folds: 5, seed: 1 };
  const results = [
    options,
    { ...options, repeat: 1 },
    { ...options, repeat: 2 },
    { ...options, seed: 2 },
    { ...options, stratify: false },
  ].map((each) => stratifiedGroupKFold(labels, each).join());
  expect(new Set(results).size).toBe(5);
  expect(stratifiedGroupKFold(labels, { ...options, repeat: 0 }).join()).toBe(results[0]);
});

test("what classes have over goes to different folds", () => {
  // Five classes of six rows: one row of each is left when every fold has one.
  const labels = Array.from({ length: 30 }, (_, row) => row % 5);
  for (let seed = 0; seed < 20; seed++) {
    const foldOf = stratifiedGroupKFold(labels, { folds: 5, seed });
    const sizes = countsOf(labels, foldOf, 5).map((counts) => counts.reduce((a, b) => a + b, 0));
    expect(spread(sizes)).toBeLessThanOrEqual(2);
  }
});

test("a rare class goes to every fold when it has a group for each", () => {
  const labels = Array.from({ length: 100 }, (_, row) => (row < 5 ? 1 : 0));
  for (let seed = 0; seed < 20; seed++) {
    const foldOf = stratifiedGroupKFold(labels, { folds: 5, seed });
    expect([...foldOf.slice(0, 5)].sort()).toEqual([0, 1, 2, 3, 4]);
  }
});

describe("stratifiedGroupKFold refuses", () => {
  const labels = [0, 1, 0, 1, 0, 1];
  test.each<[string, readonly number[], Partial<StratifiedGroupKFoldOptions>, string]>([
    ["one fold", labels, { folds: 1 }, "folds"],
    ["a fraction of a fold", labels, { folds: 2.5 }, "folds"],
    ["no rows", [], {}, "folds"],
    ["more folds than rows", labels, { folds: 7 }, "folds"],
    ["more folds than groups", labels, { folds: 3, groups: [1, 1, 1, 2, 2, 2] }, "folds"],
    ["a class in too few groups", labels, { folds: 3, groups: [1, 2, 3, 2, 4, 4] }, "folds"],
    ["a class of too few rows", [0, 0, 0, 1], { folds: 2 }, "folds"],
    ["groups of another length", labels, { groups: [1, 2] }, "groups"],
    ["groups of mixed types", labels, { groups: [1, "1", 2, 2, 3, 3] }, "groups"],
    ["a negative label", [0, -1, 0, 1], {}, "labels"],
    ["a label that is NaN", [0, Number.NaN, 0, 1], {}, "labels"],
    ["a negative seed", labels, { seed: -1 }, "seed"],
    ["a negative repeat", labels, { repeat: -1 }, "repeat"],
  ])("%s", (_, rowsOf, options, parameter) => {
    const run = () => stratifiedGroupKFold(rowsOf, { folds: 2, seed: 0, ...options });
    expect(run).toThrow(InvalidArgumentError);
    expect(run).toThrow(expect.objectContaining({ parameter }));
  });

  test("a class in too few groups only when it stratifies", () => {
    const options = { folds: 3, seed: 0, groups: [1, 2, 3, 2, 4, 4] };
    expect(() => stratifiedGroupKFold(labels, options)).toThrow(
      "expected at most 2, the groups with a row of class 1",
    );
    expect(new Set(stratifiedGroupKFold(labels, { ...options, stratify: false })).size).toBe(3);
  });
});
