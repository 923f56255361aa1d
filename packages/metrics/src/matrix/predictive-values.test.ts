import { InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { figuresGolden } from "../../fixtures/figures.js";
import {
  negativeLikelihoodRatio,
  negativePredictiveValue,
  positiveLikelihoodRatio,
  positivePredictiveValue,
} from "./class-metrics.js";

describe("likelihood ratios", () => {
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
        expect(odds / (1 + odds)).toBeCloseTo(positivePredictiveValue(matrix, { prevalence }), 12);
      }),
    );
  });

  test("the negative one of a class is the inverse of the positive one of the other class of two", () => {
    fc.assert(
      fc.property(matrices, (matrix) => {
        expect(
          negativeLikelihoodRatio(matrix) * positiveLikelihoodRatio(matrix, { classIndex: 0 }),
        ).toBeCloseTo(1, 12);
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

  test.each(RATIOS)(
    "the $name one is undefined when all samples are of the class, or none is",
    ({ ratio }) => {
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
        expect(ratio(matrix, { whenUndefined: 1 })).toBe(1);
      }
    },
  );
});

describe("predictive values", () => {
  const count = fc.integer({ min: 1, max: 50 });
  const matrices = fc.tuple(fc.tuple(count, count), fc.tuple(count, count));

  test("give the published example (Altman and Bland 1994: a liver scan)", () => {
    const scan = [
      [54, 32],
      [27, 231],
    ];
    expect(positivePredictiveValue(scan)).toBeCloseTo(0.88, 2);
    expect(negativePredictiveValue(scan)).toBeCloseTo(0.67, 2);
    expect(positivePredictiveValue(scan, { prevalence: 0.25 })).toBeCloseTo(0.45, 2);
    expect(negativePredictiveValue(scan, { prevalence: 0.25 })).toBeCloseTo(0.95, 2);
  });

  test("at a prevalence equal those of samples of that prevalence", () => {
    fc.assert(
      fc.property(matrices, count, count, ([negatives, positives], timesNegative, timesPositive) => {
        const population = [negatives.map((n) => n * timesNegative), positives.map((n) => n * timesPositive)];
        const [totalNegative, totalPositive] = population.map(([a, b]) => a! + b!) as [number, number];
        const prevalence = totalPositive / (totalNegative + totalPositive);
        for (const metric of [positivePredictiveValue, negativePredictiveValue]) {
          expect(metric([negatives, positives], { prevalence })).toBeCloseTo(metric(population), 12);
        }
      }),
    );
  });

  test("change places when the labels do", () => {
    fc.assert(
      fc.property(matrices, fc.double({ min: 0, max: 1, noNaN: true }), (matrix, prevalence) => {
        expect(negativePredictiveValue(matrix)).toBe(positivePredictiveValue(matrix, { classIndex: 0 }));
        expect(negativePredictiveValue(matrix, { prevalence })).toBeCloseTo(
          positivePredictiveValue(matrix, { classIndex: 0, prevalence: 1 - prevalence }),
          12,
        );
      }),
    );
  });

  test("at a prevalence of 0 every call is false, at 1 every one is right", () => {
    const matrix = [
      [8, 2],
      [1, 9],
    ];
    expect(positivePredictiveValue(matrix, { prevalence: 0 })).toBe(0);
    expect(negativePredictiveValue(matrix, { prevalence: 0 })).toBe(1);
    expect(positivePredictiveValue(matrix, { prevalence: 1 })).toBe(1);
    expect(negativePredictiveValue(matrix, { prevalence: 1 })).toBe(0);
  });

  describe.each([
    { name: "positivePredictiveValue", metric: positivePredictiveValue },
    { name: "negativePredictiveValue", metric: negativePredictiveValue },
  ])("$name", ({ metric }) => {
    test.each([
      {
        why: "no sample is of the class",
        matrix: [
          [3, 2],
          [0, 0],
        ],
      },
      {
        why: "every sample is of the class",
        matrix: [
          [0, 0],
          [3, 2],
        ],
      },
    ])("is undefined at a prevalence when $why, though it is defined without", ({ matrix }) => {
      expect(metric(matrix)).not.toBeNaN();
      expect(metric(matrix, { prevalence: 0.1 })).toBeNaN();
      expect(metric(matrix, { prevalence: 0.1, whenUndefined: 0 })).toBe(0);
    });

    test.each([-0.1, 1.1, Number.NaN])("refuses a prevalence of %p", (prevalence) => {
      const attempt = () =>
        metric(
          [
            [1, 1],
            [1, 1],
          ],
          { prevalence },
        );
      expect(attempt).toThrow(InvalidArgumentError);
      expect(attempt).toThrow(expect.objectContaining({ parameter: "prevalence", value: prevalence }));
    });
  });
});
