import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { figuresGolden } from "../../fixtures/figures.js";
import { precision, recall } from "../matrix/class-metrics.js";
import { confusionMatrix } from "../matrix/confusion-matrix.js";
import { averagePrecision, precisionRecallCurve } from "./precision-recall.js";

// Few distinct scores, so that ties are the rule.
const samples = fc.array(fc.tuple(fc.nat({ max: 1 }), fc.nat({ max: 6 })), { maxLength: 40 });
const truthOf = (pairs: [number, number][]) => pairs.map(([truth]) => truth);
const scoresOf = (pairs: [number, number][]) => pairs.map(([, score]) => score);
const curveOf = (pairs: [number, number][]) => precisionRecallCurve(truthOf(pairs), scoresOf(pairs));
const averageOf = (pairs: [number, number][]) => averagePrecision(truthOf(pairs), scoresOf(pairs));

describe.each(figuresGolden.binary)("scikit-learn's curve: $name", (golden) => {
  test("points, in reverse and without the one it adds", () => {
    const { precision, recall, thresholds, undefinedReason } = precisionRecallCurve(
      golden.truth,
      golden.score,
    );
    expect([1, ...precision]).toEqual(golden.precision_recall.precision.toReversed());
    expect([0, ...recall]).toEqual(golden.precision_recall.recall.toReversed());
    expect(thresholds).toEqual(golden.precision_recall.thresholds.toReversed());
    expect(undefinedReason).toBeNull();
  });

  test("average precision", () => {
    expect(averagePrecision(golden.truth, golden.score)).toBeCloseTo(golden.average_precision, 14);
  });
});

describe("precisionRecallCurve", () => {
  test("has one point for each distinct score", () => {
    expect(precisionRecallCurve([0, 1, 1, 0], [0.2, 0.9, 0.4, 0.4])).toEqual({
      precision: [1, 2 / 3, 0.5],
      recall: [0.5, 1, 1],
      thresholds: [0.9, 0.4, 0.2],
      undefinedReason: null,
    });
  });

  test("points are the metrics of calling every score at or above the threshold positive", () => {
    fc.assert(
      fc.property(samples, (pairs) => {
        const curve = curveOf(pairs);
        curve.thresholds.forEach((threshold, i) => {
          const predicted = scoresOf(pairs).map((score) => (score >= threshold ? 1 : 0));
          const matrix = confusionMatrix(truthOf(pairs), predicted);
          expect(curve.precision[i]).toBe(precision(matrix));
          expect(curve.recall[i]).toBe(recall(matrix));
        });
      }),
    );
  });

  test("ignores sample order", () => {
    fc.assert(
      fc.property(samples, (pairs) => {
        expect(curveOf(pairs.toReversed())).toEqual(curveOf(pairs));
      }),
    );
  });

  test.each([
    {
      why: "no positive",
      truth: [0, 0],
      precision: [0, 0],
      recall: [Number.NaN, Number.NaN],
      reason: /class 1/,
    },
    { why: "no sample", truth: [], precision: [], recall: [], reason: /no sample/ },
  ])("is undefined, with a reason, for $why", ({ truth, precision, recall, reason }) => {
    const scores = [0.3, 0.6].slice(0, truth.length);
    expect(precisionRecallCurve(truth, scores)).toMatchObject({
      precision,
      recall,
      undefinedReason: expect.stringMatching(reason),
    });
    expect(averagePrecision(truth, scores)).toBeNaN();
  });

  test("is defined without a negative", () => {
    expect(precisionRecallCurve([1, 1], [0.3, 0.6])).toMatchObject({
      precision: [1, 1],
      recall: [0.5, 1],
      undefinedReason: null,
    });
  });
});

describe("averagePrecision", () => {
  test("is the mean over the positives of the precision at their score", () => {
    fc.assert(
      fc.property(samples, (pairs) => {
        const positives = pairs.filter(([truth]) => truth === 1);
        fc.pre(positives.length > 0);
        const atScore = positives.map(([, score]) => {
          const called = pairs.filter(([, other]) => other >= score);
          return called.filter(([truth]) => truth === 1).length / called.length;
        });
        const mean = atScore.reduce((sum, value) => sum + value, 0) / positives.length;
        expect(averageOf(pairs)).toBeCloseTo(mean, 12);
      }),
    );
  });

  test("depends on the order of the scores only", () => {
    fc.assert(
      fc.property(samples, (pairs) => {
        expect(averageOf(pairs.map(([truth, score]) => [truth, Math.exp(score) - 9]))).toBe(averageOf(pairs));
      }),
    );
  });

  test("is 1 for separated classes, and the share of positives for equal scores", () => {
    expect(averagePrecision([0, 0, 1, 1, 1], [1, 2, 3, 4, 5])).toBeCloseTo(1, 14);
    expect(averagePrecision([0, 0, 1, 1, 1], [7, 7, 7, 7, 7])).toBe(0.6);
  });
});

describe.each([
  { name: "precisionRecallCurve", metric: precisionRecallCurve },
  { name: "averagePrecision", metric: averagePrecision },
])("$name", ({ metric }) => {
  test.each([
    { why: "unequal lengths", truth: [0, 1], scores: [0.5], parameter: "scores", value: 1 },
    { why: "a third class", truth: [0, 2], scores: [0.5, 0.6], parameter: "truth", value: 2 },
    { why: "NaN", truth: [0, 1], scores: [0.5, Number.NaN], parameter: "scores", value: Number.NaN },
  ])("refuses $why", ({ truth, scores, parameter, value }) => {
    expect(() => metric(truth, scores)).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter, value }),
    );
  });
});
