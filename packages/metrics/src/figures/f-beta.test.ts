import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { figuresGolden } from "../../fixtures/figures.js";
import { fBeta } from "./f-beta.js";
import { f1Score } from "./f1-score.js";
import { precision } from "./precision.js";
import { recall } from "./recall.js";

const counts = fc.nat({ max: 50 });
const matrices = fc.tuple(fc.tuple(counts, counts), fc.tuple(counts, counts));

describe.each(figuresGolden.matrices)("scikit-learn's figures: $name", ({ confusion, f_beta }) => {
  test.each(["0.5", "1", "2"] as const)("beta %s", (beta) => {
    const actual = confusion.map((_, classIndex) =>
      fBeta(confusion, { beta: Number(beta), classIndex, whenUndefined: 0 }),
    );
    actual.forEach((value, classIndex) => {
      expect(value).toBeCloseTo(f_beta[beta][classIndex]!, 14);
    });
  });
});

test("of 1 is F1", () => {
  fc.assert(
    fc.property(matrices, (matrix) => {
      fc.pre(!Number.isNaN(f1Score(matrix)));
      expect(fBeta(matrix, { beta: 1 })).toBeCloseTo(f1Score(matrix), 14);
    }),
  );
});

test("lies between precision and recall, and nears them for extreme beta", () => {
  fc.assert(
    fc.property(matrices, fc.double({ min: 0.01, max: 100, noNaN: true }), (matrix, beta) => {
      const ends = [precision(matrix), recall(matrix)];
      fc.pre(!ends.some(Number.isNaN));
      const value = fBeta(matrix, { beta });
      expect(value).toBeGreaterThanOrEqual(Math.min(...ends) - 1e-12);
      expect(value).toBeLessThanOrEqual(Math.max(...ends) + 1e-12);
      expect(fBeta(matrix, { beta: 1e-200 })).toBeCloseTo(ends[0]!, 12);
      expect(fBeta(matrix, { beta: 1e200 })).toBeCloseTo(ends[1]!, 12);
    }),
  );
});

test("is 0 for a class that occurs and was never found, however small beta is", () => {
  const matrix = [
    [5, 0],
    [3, 0],
  ];
  expect(fBeta(matrix, { beta: 1e-200 })).toBe(0);
});

test.each([0, -1, Number.POSITIVE_INFINITY, Number.NaN])("refuses a beta of %p", (beta) => {
  expect(() =>
    fBeta(
      [
        [1, 1],
        [1, 1],
      ],
      { beta },
    ),
  ).toThrow(expect.objectContaining({ kind: "invalid-argument", parameter: "beta", value: beta }));
});
