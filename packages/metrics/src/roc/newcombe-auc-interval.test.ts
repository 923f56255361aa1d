import { createRng, InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { auc } from "./auc.js";
import { newcombeAucInterval } from "./newcombe-auc-interval.js";
import { rocCurve } from "./roc-curve.js";

/** Standard error by Newcombe's formula, written out. */
function standardError(area: number, m: number, n: number): number {
  const n1 = (m + n) / 2 - 1;
  const sum = 1 + n1 * ((1 - area) / (2 - area)) + (n1 * area) / (1 + area);
  return Math.sqrt((area * (1 - area) * sum) / (m * n));
}

test("each limit stands 1.96 of its own standard errors from the area", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.02, max: 0.98, noNaN: true }),
      fc.integer({ min: 2, max: 200 }),
      fc.integer({ min: 2, max: 200 }),
      (area, m, n) => {
        const { low, high } = newcombeAucInterval(area, m, n);
        expect((area - low) / standardError(low, m, n)).toBeCloseTo(1.959963984540054, 6);
        expect((high - area) / standardError(high, m, n)).toBeCloseTo(1.959963984540054, 6);
      },
    ),
  );
});

test("stays open at an area of 1, the wider the fewer the samples", () => {
  const [few, many] = [newcombeAucInterval(1, 5, 5), newcombeAucInterval(1, 50, 50)];
  expect(few).toMatchObject({ high: 1, level: 0.95 });
  expect(few.low).toBeLessThan(many.low);
  expect(many.low).toBeLessThan(1);
});

test("turns round with the classes", () => {
  const { low, high } = newcombeAucInterval(0.8, 12, 20);
  const turned = newcombeAucInterval(0.2, 20, 12);
  expect(turned.low).toBeCloseTo(1 - high, 12);
  expect(turned.high).toBeCloseTo(1 - low, 12);
});

test("holds the true area of normal scores in about 95 % of studies of 15 and 15", () => {
  // Scores N(0, 1) and N(1.5, 1): the area is Φ(1.5 / √2) = 0.855578.
  const studies = 400;
  let covered = 0;
  for (let study = 0; study < studies; study++) {
    const rng = createRng(7, { purpose: "coverage", index: study });
    const truth = Array.from({ length: 30 }, (_, i) => i % 2);
    const scores = truth.map((label) => rng.normal() + 1.5 * label);
    const { low, high } = newcombeAucInterval(auc(rocCurve(truth, scores)), 15, 15);
    if (low <= 0.855578 && 0.855578 <= high) covered++;
  }
  // 95 % ± 4 standard errors of 400 studies.
  expect(covered / studies).toBeGreaterThan(0.906);
  expect(covered / studies).toBeLessThan(0.994);
});

describe("refuses", () => {
  test.each([
    { parameter: "auc", values: [1.1, 5, 5] as const, value: 1.1 },
    { parameter: "auc", values: [Number.NaN, 5, 5] as const, value: Number.NaN },
    { parameter: "positives", values: [0.5, 0, 5] as const, value: 0 },
    { parameter: "negatives", values: [0.5, 5, 1.5] as const, value: 1.5 },
  ])("$parameter $value", ({ parameter, values: [area, m, n], value }) => {
    const attempt = () => newcombeAucInterval(area, m, n);
    expect(attempt).toThrow(InvalidArgumentError);
    expect(attempt).toThrow(expect.objectContaining({ parameter, value }));
  });
});
