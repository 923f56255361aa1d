import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { figuresGolden } from "../../fixtures/figures.js";
import { cohenKappa } from "./cohen-kappa.js";
import { matthewsCorrelation } from "./matthews-correlation.js";

const WEIGHTS = ["none", "linear", "quadratic"] as const;
const FIGURES = [
  { name: "matthewsCorrelation", figure: matthewsCorrelation },
  { name: "cohenKappa", figure: cohenKappa },
];
const matrices = (classes: number) =>
  fc.array(fc.array(fc.nat({ max: 20 }), { minLength: classes, maxLength: classes }), {
    minLength: classes,
    maxLength: classes,
  });
const transposed = (matrix: number[][]) => matrix.map((_, t) => matrix.map((row) => row[t]!));
const expectSame = (actual: number, expected: number) =>
  Number.isNaN(expected) ? expect(actual).toBeNaN() : expect(actual).toBeCloseTo(expected, 12);

describe.each(figuresGolden.matrices)("scikit-learn's figures: $name", ({ confusion, kappa, mcc }) => {
  test.each(WEIGHTS)("kappa with weights %p", (weights) => {
    expect(cohenKappa(confusion, { weights })).toBeCloseTo(kappa[weights], 14);
  });

  test("Matthews' correlation", () => {
    expect(matthewsCorrelation(confusion, { whenUndefined: 0 })).toBeCloseTo(mcc, 14);
  });
});

describe.each(FIGURES)("$name", ({ figure }) => {
  test("does not tell truth from prediction", () => {
    fc.assert(
      fc.property(matrices(4), (matrix) => {
        expectSame(figure(transposed(matrix)), figure(matrix));
      }),
    );
  });

  test("does not depend on the order of the classes", () => {
    fc.assert(
      fc.property(matrices(3), (matrix) => {
        const reordered = [2, 0, 1].map((t) => [2, 0, 1].map((p) => matrix[t]![p]!));
        expectSame(figure(reordered), figure(matrix));
      }),
    );
  });

  test("is 0 for predictions independent of the truth", () => {
    expect(
      figure([
        [2, 6, 4],
        [1, 3, 2],
        [3, 9, 6],
      ]),
    ).toBe(0);
  });

  test("changes its sign when the predictions of two equally frequent classes change places", () => {
    const [row, other] = [
      [7, 3],
      [2, 8],
    ];
    expect(figure([other, row])).toBeCloseTo(-figure([row, other]), 14);
  });

  test("is undefined, and any value of its range if asked, when all is one class or there is nothing", () => {
    for (const matrix of [
      [
        [0, 0],
        [0, 4],
      ],
      [
        [0, 0],
        [0, 0],
      ],
    ]) {
      expect(figure(matrix)).toBeNaN();
      expect(figure(matrix, { whenUndefined: -1 })).toBe(-1);
    }
  });

  test.each([-1.5, 2, Number.POSITIVE_INFINITY])("refuses %p for an undefined figure", (whenUndefined) => {
    expect(() => figure([[1]], { whenUndefined })).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter: "whenUndefined", value: whenUndefined }),
    );
  });
});

test("Matthews' correlation of two classes is the phi coefficient of their table", () => {
  fc.assert(
    fc.property(matrices(2), (matrix) => {
      const [[tn, fp], [fn, tp]] = matrix as [[number, number], [number, number]];
      const phi = (tp * tn - fp * fn) / Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn));
      expectSame(matthewsCorrelation(matrix), phi);
    }),
  );
});

test("a constant prediction has an undefined Matthews' correlation and a kappa of 0", () => {
  const constant = [
    [0, 3],
    [0, 5],
  ];
  expect(matthewsCorrelation(constant)).toBeNaN();
  expect(cohenKappa(constant)).toBe(0);
});

test("weights do not change the kappa of two classes", () => {
  fc.assert(
    fc.property(matrices(2), fc.constantFrom(...WEIGHTS), (matrix, weights) => {
      expect(cohenKappa(matrix, { weights })).toBe(cohenKappa(matrix));
    }),
  );
});

test("refuses other weights", () => {
  expect(() => cohenKappa([[1]], { weights: "cubic" as "linear" })).toThrow(
    expect.objectContaining({ kind: "invalid-argument", parameter: "weights", value: "cubic" }),
  );
});
