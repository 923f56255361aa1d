import { expect, test } from "@jest/globals";
import { compareWithPublished } from "./compare-with-published.js";

const PUBLISHED = {
  source: "the study's README",
  threshold: 0.7,
  confusionMatrix: [
    [14, 1],
    [1, 15],
  ],
  other: [
    {
      source: "the study's notebook",
      confusionMatrix: [
        [12, 3],
        [1, 15],
      ],
    },
  ],
};

test("27 of 30 beside 29 of 31 (SciPy 1.10 fisher_exact, statsmodels 0.13 method newcomb)", () => {
  const comparison = compareWithPublished(PUBLISHED, [
    [12, 2],
    [1, 15],
  ]);
  expect(comparison.accuracy).toMatchObject({ value: 29 / 31, successes: 29, trials: 31 });
  expect(comparison.accuracy.low).toBeCloseTo(0.7857838428365977, 12);
  expect(comparison.pValue).toBeCloseTo(0.6713268305523462, 12);
  expect(comparison.difference).toBeCloseTo(27 / 30 - 29 / 31, 12);
  expect(comparison.differenceInterval.low).toBeCloseTo(-0.19850913651141183, 10);
  expect(comparison.differenceInterval.high).toBeCloseTo(0.12146188863476043, 10);
  expect(comparison.compatible).toBe(true);
  expect(comparison.sensitivity.value).toBe(15 / 16);
  expect(comparison.specificity.value).toBe(14 / 15);
  expect(comparison.others.map(({ accuracy }) => accuracy.value)).toEqual([27 / 31]);
});

test("10 of 30 are not compatible with 29 of 31", () => {
  const comparison = compareWithPublished(PUBLISHED, [
    [5, 9],
    [11, 5],
  ]);
  expect(comparison.compatible).toBe(false);
  expect(comparison.pValue).toBeLessThan(1e-5);
});
