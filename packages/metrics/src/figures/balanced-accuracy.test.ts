import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { figuresGolden } from "../../fixtures/figures.js";
import { balancedAccuracy } from "./balanced-accuracy.js";
import { sensitivity } from "./sensitivity.js";
import { specificity } from "./specificity.js";

const ABSENT_CLASS = [
  [2, 1, 0],
  [0, 0, 0],
  [1, 0, 2],
];

test.each(figuresGolden.matrices)("scikit-learn's figure: $name", ({ confusion, balanced_accuracy }) => {
  expect(balancedAccuracy(confusion, { absentClasses: "omit" })).toBeCloseTo(balanced_accuracy, 14);
});

test("is the mean of sensitivity and specificity for two classes", () => {
  const count = fc.integer({ min: 1, max: 50 });
  fc.assert(
    fc.property(fc.tuple(fc.tuple(count, count), fc.tuple(count, count)), (matrix) => {
      expect(balancedAccuracy(matrix)).toBeCloseTo((sensitivity(matrix) + specificity(matrix)) / 2, 14);
    }),
  );
});

test("is 1 / C for a model that always names the same class", () => {
  expect(
    balancedAccuracy([
      [0, 3, 0],
      [0, 90, 0],
      [0, 7, 0],
    ]),
  ).toBeCloseTo(1 / 3, 14);
});

describe("a class without a true sample", () => {
  test("makes it undefined", () => {
    expect(balancedAccuracy(ABSENT_CLASS)).toBeNaN();
    expect(balancedAccuracy(ABSENT_CLASS, { whenUndefined: 0 })).toBe(0);
  });

  test("is left out when asked", () => {
    expect(balancedAccuracy(ABSENT_CLASS, { absentClasses: "omit" })).toBeCloseTo(2 / 3, 14);
  });
});

test("is undefined without samples, whatever becomes of absent classes", () => {
  for (const absentClasses of ["undefined", "omit"] as const) {
    for (const matrix of [[], [[0]]]) {
      expect(balancedAccuracy(matrix, { absentClasses })).toBeNaN();
      expect(balancedAccuracy(matrix, { absentClasses, whenUndefined: 1 })).toBe(1);
    }
  }
});

test.each([
  { options: { absentClasses: "skip" as "omit" }, parameter: "absentClasses", value: "skip" },
  { options: { whenUndefined: -1 }, parameter: "whenUndefined", value: -1 },
])("refuses $options", ({ options, parameter, value }) => {
  expect(() => balancedAccuracy(ABSENT_CLASS, options)).toThrow(
    expect.objectContaining({ kind: "invalid-argument", parameter, value }),
  );
});
