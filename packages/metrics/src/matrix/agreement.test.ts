import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { figuresGolden } from "../../fixtures/figures.js";
import { balancedAccuracy, cohenKappa, matthewsCorrelation } from "./agreement.js";
import { sensitivity, specificity } from "./class-metrics.js";

describe("balancedAccuracy", () => {
  const ABSENT_CLASS = [
    [2, 1, 0],
    [0, 0, 0],
    [1, 0, 2],
  ];

  test.each(figuresGolden.matrices)("scikit-learn's value: $name", ({ confusion, balanced_accuracy }) => {
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
});

describe("agreement", () => {
  const WEIGHTS = ["none", "linear", "quadratic"] as const;
  const METRICS = [
    { name: "matthewsCorrelation", metric: matthewsCorrelation },
    { name: "cohenKappa", metric: cohenKappa },
  ];
  const matrices = (classes: number) =>
    fc.array(fc.array(fc.nat({ max: 20 }), { minLength: classes, maxLength: classes }), {
      minLength: classes,
      maxLength: classes,
    });
  const transposed = (matrix: number[][]) => matrix.map((_, t) => matrix.map((row) => row[t]!));
  const expectSame = (actual: number, expected: number) =>
    Number.isNaN(expected) ? expect(actual).toBeNaN() : expect(actual).toBeCloseTo(expected, 12);

  describe.each(figuresGolden.matrices)("scikit-learn's values: $name", ({ confusion, kappa, mcc }) => {
    test.each(WEIGHTS)("kappa with weights %p", (weights) => {
      expect(cohenKappa(confusion, { weights })).toBeCloseTo(kappa[weights], 14);
    });

    test("Matthews' correlation", () => {
      expect(matthewsCorrelation(confusion, { whenUndefined: 0 })).toBeCloseTo(mcc, 14);
    });
  });

  describe.each(METRICS)("$name", ({ metric }) => {
    test("does not distinguish truth from prediction", () => {
      fc.assert(
        fc.property(matrices(4), (matrix) => {
          expectSame(metric(transposed(matrix)), metric(matrix));
        }),
      );
    });

    test("does not depend on the order of the classes", () => {
      fc.assert(
        fc.property(matrices(3), (matrix) => {
          const reordered = [2, 0, 1].map((t) => [2, 0, 1].map((p) => matrix[t]![p]!));
          expectSame(metric(reordered), metric(matrix));
        }),
      );
    });

    test("is 0 for predictions independent of the truth", () => {
      expect(
        metric([
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
      expect(metric([other, row])).toBeCloseTo(-metric([row, other]), 14);
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
        expect(metric(matrix)).toBeNaN();
        expect(metric(matrix, { whenUndefined: -1 })).toBe(-1);
      }
    });

    test.each([-1.5, 2, Number.POSITIVE_INFINITY])("refuses %p for an undefined metric", (whenUndefined) => {
      expect(() => metric([[1]], { whenUndefined })).toThrow(
        expect.objectContaining({
          kind: "invalid-argument",
          parameter: "whenUndefined",
          value: whenUndefined,
        }),
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
});
