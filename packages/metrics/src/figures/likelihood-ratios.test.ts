import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { figuresGolden } from "../../fixtures/figures.js";
import { negativeLikelihoodRatio } from "./negative-likelihood-ratio.js";
import { positiveLikelihoodRatio } from "./positive-likelihood-ratio.js";
import { positivePredictiveValue } from "./positive-predictive-value.js";

const count = fc.integer({ min: 1, max: 50 });
const matrices = fc.tuple(fc.tuple(count, count), fc.tuple(count, count));
const RATIOS = [
  { name: "positive" as const, ratio: positiveLikelihoodRatio },
  { name: "negative" as const, ratio: negativeLikelihoodRatio },
];

describe.each(figuresGolden.binary)("scikit-learn's likelihood ratios: $name", (golden) => {
  test.each(RATIOS.filter(({ name }) => golden.likelihood_ratios[name] !== null))(
    "$name",
    ({ name, ratio }) => {
      expect(ratio(golden.confusion)).toBeCloseTo(golden.likelihood_ratios[name]!, 12);
    },
  );
});

test("turn odds before the test into odds after it", () => {
  fc.assert(
    fc.property(matrices, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (matrix, prevalence) => {
      const odds = (prevalence / (1 - prevalence)) * positiveLikelihoodRatio(matrix);
      expect(odds / (1 + odds)).toBeCloseTo(positivePredictiveValue(matrix, 1, { prevalence }), 12);
    }),
  );
});

test("the negative one of a class is the inverse of the positive one of the other class of two", () => {
  fc.assert(
    fc.property(matrices, (matrix) => {
      expect(negativeLikelihoodRatio(matrix, 1) * positiveLikelihoodRatio(matrix, 0)).toBeCloseTo(1, 12);
    }),
  );
});

test("do not depend on prevalence", () => {
  fc.assert(
    fc.property(matrices, ([negatives, positives]) => {
      for (const { ratio } of RATIOS) {
        expect(ratio([negatives, positives.map((n) => 7 * n)])).toBeCloseTo(
          ratio([negatives, positives]),
          12,
        );
      }
    }),
  );
});

test("are Infinity over 0", () => {
  expect(
    positiveLikelihoodRatio([
      [5, 0],
      [1, 4],
    ]),
  ).toBe(Number.POSITIVE_INFINITY);
  expect(
    negativeLikelihoodRatio([
      [0, 5],
      [1, 4],
    ]),
  ).toBe(Number.POSITIVE_INFINITY);
});

test.each(RATIOS)("the $name one is undefined when all samples are of the class, or none is", ({ ratio }) => {
  for (const matrix of [
    [
      [0, 0],
      [2, 3],
    ],
    [
      [2, 3],
      [0, 0],
    ],
  ]) {
    expect(ratio(matrix)).toBeNaN();
    expect(ratio(matrix, 1, { whenUndefined: 1 })).toBe(1);
  }
});
