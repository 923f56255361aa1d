import { InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { negativePredictiveValue } from "./negative-predictive-value.js";
import { positivePredictiveValue } from "./positive-predictive-value.js";

const count = fc.integer({ min: 1, max: 50 });
const matrices = fc.tuple(fc.tuple(count, count), fc.tuple(count, count));

test("give the published example (Altman and Bland 1994: a liver scan)", () => {
  const scan = [
    [54, 32],
    [27, 231],
  ];
  expect(positivePredictiveValue(scan)).toBeCloseTo(0.88, 2);
  expect(negativePredictiveValue(scan)).toBeCloseTo(0.67, 2);
  expect(positivePredictiveValue(scan, 1, { prevalence: 0.25 })).toBeCloseTo(0.45, 2);
  expect(negativePredictiveValue(scan, 1, { prevalence: 0.25 })).toBeCloseTo(0.95, 2);
});

test("at a prevalence equal those of samples of that prevalence", () => {
  fc.assert(
    fc.property(matrices, count, count, ([negatives, positives], timesNegative, timesPositive) => {
      const population = [negatives.map((n) => n * timesNegative), positives.map((n) => n * timesPositive)];
      const [totalNegative, totalPositive] = population.map(([a, b]) => a! + b!) as [number, number];
      const prevalence = totalPositive / (totalNegative + totalPositive);
      for (const figure of [positivePredictiveValue, negativePredictiveValue]) {
        expect(figure([negatives, positives], 1, { prevalence })).toBeCloseTo(figure(population), 12);
      }
    }),
  );
});

test("change places when the labels do", () => {
  fc.assert(
    fc.property(matrices, fc.double({ min: 0, max: 1, noNaN: true }), (matrix, prevalence) => {
      expect(negativePredictiveValue(matrix, 1)).toBe(positivePredictiveValue(matrix, 0));
      expect(negativePredictiveValue(matrix, 1, { prevalence })).toBeCloseTo(
        positivePredictiveValue(matrix, 0, { prevalence: 1 - prevalence }),
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
  expect(positivePredictiveValue(matrix, 1, { prevalence: 0 })).toBe(0);
  expect(negativePredictiveValue(matrix, 1, { prevalence: 0 })).toBe(1);
  expect(positivePredictiveValue(matrix, 1, { prevalence: 1 })).toBe(1);
  expect(negativePredictiveValue(matrix, 1, { prevalence: 1 })).toBe(0);
});

describe.each([
  { name: "positivePredictiveValue", figure: positivePredictiveValue },
  { name: "negativePredictiveValue", figure: negativePredictiveValue },
])("$name", ({ figure }) => {
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
    expect(figure(matrix)).not.toBeNaN();
    expect(figure(matrix, 1, { prevalence: 0.1 })).toBeNaN();
    expect(figure(matrix, 1, { prevalence: 0.1, whenUndefined: 0 })).toBe(0);
  });

  test.each([-0.1, 1.1, Number.NaN])("refuses a prevalence of %p", (prevalence) => {
    const attempt = () =>
      figure(
        [
          [1, 1],
          [1, 1],
        ],
        1,
        { prevalence },
      );
    expect(attempt).toThrow(InvalidArgumentError);
    expect(attempt).toThrow(expect.objectContaining({ parameter: "prevalence", value: prevalence }));
  });
});
