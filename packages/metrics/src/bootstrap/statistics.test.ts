import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { auc, multiClassAuc } from "../curves/auc.js";
import { averagePrecision } from "../curves/precision-recall.js";
import { sensitivity } from "../matrix/class-metrics.js";
import { confusionMatrix } from "../matrix/confusion-matrix.js";
import { bootstrap, bootstrapStatistic } from "./bootstrap.js";
import { aucStatistic, metricStatistic, rankingStatistic } from "./statistics.js";

// Few distinct scores, so that ties are the rule.
const samples = fc.array(fc.tuple(fc.nat({ max: 1 }), fc.nat({ max: 6 })), { minLength: 2, maxLength: 40 });
const area = (truth: ArrayLike<number>, scores: ArrayLike<number>) => auc(truth, scores);
const truth = [0, 0, 1, 1, 0, 1, 0, 1, 1, 0];
const scores = [0.1, 0.4, 0.35, 0.8, 0.2, 0.9, 0.6, 0.55, 0.6, 0.05];

describe("aucStatistic", () => {
  test("is the area of the drawn samples' curve", () => {
    fc.assert(
      fc.property(samples, fc.nat(), (pairs, seed) => {
        const labels = pairs.map(([label]) => label);
        const values = pairs.map(([, value]) => value);
        const fast = aucStatistic(labels, values);
        const slow = metricStatistic(area, labels, values);
        bootstrapStatistic(
          (draw) => {
            const expected = slow(draw);
            if (Number.isNaN(expected)) expect(fast(draw)).toBeNaN();
            else expect(fast(draw)).toBeCloseTo(expected, 12);
            return draw.indices[0]!;
          },
          pairs.length,
          { seed, resamples: 4 },
        );
      }),
    );
  });

  test("gives bootstrap the same interval as sorting every draw", () => {
    const options = { seed: 7, resamples: 300 };
    const fast = bootstrap(truth, scores, { metric: auc, ...options });
    expect(fast).toEqual(bootstrapStatistic(aucStatistic(truth, scores), 10, options));
    const slow = bootstrap(truth, scores, { metric: area, ...options });
    expect(fast.undefinedResamples).toBe(slow.undefinedResamples);
    expect(fast.low).toBeCloseTo(slow.low, 10);
    expect(fast.high).toBeCloseTo(slow.high, 10);
  });

  test("is 1 throughout for a perfect classifier", () => {
    const interval = bootstrap([0, 0, 1, 1], [1, 2, 3, 4], {
      metric: auc,
      seed: 1,
      resamples: 100,
    });
    expect(interval).toMatchObject({ estimate: 1, low: 1, high: 1, method: "percentile" });
    expect(interval.undefinedResamples).toBeGreaterThan(0);
  });

  test.each([
    { why: "unequal lengths", labels: [0, 1], values: [0.5], parameter: "scores", value: 1 },
    { why: "a third class", labels: [0, 2], values: [0.5, 0.6], parameter: "truth", value: 2 },
    { why: "NaN", labels: [0, 1], values: [0.5, Number.NaN], parameter: "scores", value: Number.NaN },
  ])("refuses $why", ({ labels, values, parameter, value }) => {
    expect(() => aucStatistic(labels, values)).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter, value }),
    );
  });
});

describe("metricStatistic", () => {
  test("gathers the drawn samples, in the order drawn", () => {
    const seen: unknown[] = [];
    const statistic = metricStatistic(
      (labels, rows) => {
        seen.push([labels, rows]);
        return 0;
      },
      [5, 6, 7],
      ["a", "b", "c"],
    );
    statistic({ indices: Uint32Array.of(2, 0, 2), counts: Uint32Array.of(1, 0, 2) });
    expect(seen).toEqual([
      [
        [7, 5, 7],
        ["c", "a", "c"],
      ],
    ]);
  });

  test("takes metrics of a confusion matrix", () => {
    const predicted = scores.map((score) => (score > 0.5 ? 1 : 0));
    const interval = bootstrap(truth, predicted, {
      metric: (labels, drawn) => sensitivity(confusionMatrix(labels, drawn)),
      seed: 1,
      resamples: 200,
      strata: truth,
    });
    expect(interval).toMatchObject({ estimate: 0.8, undefinedResamples: 0, undefinedReason: null });
  });

  test("bootstrap takes rows and any other scores", () => {
    const rows = scores.map((score) => Float32Array.of(1 - score, score));
    const options = { seed: 7, resamples: 50 };
    const { estimate } = bootstrap(truth, rows, { metric: auc, ...options });
    expect(estimate).toBeCloseTo(auc(truth, scores), 6);
    const pairs = scores.map((score, i) => ({ score, weight: i }));
    const metric = (_: readonly number[], own: readonly { weight: number }[]) =>
      own.reduce((sum, { weight }) => sum + weight, 0) / own.length;
    expect(bootstrap(truth, pairs, { metric, ...options }).estimate).toBe(4.5);
  });

  test("refuses unequal lengths", () => {
    expect(() => metricStatistic(() => 0, [1, 2], [1])).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter: "scores", value: 1 }),
    );
  });
});

test.each([
  { name: "aucStatistic", statistic: aucStatistic(truth, scores) },
  { name: "metricStatistic", statistic: metricStatistic(area, truth, scores) },
])("$name refuses draws of another number of samples", ({ statistic }) => {
  expect(() => bootstrapStatistic(statistic, 9, { seed: 1 })).toThrow(
    expect.objectContaining({ kind: "invalid-argument", parameter: "size" }),
  );
});

test("rankingStatistic has the areas and average precision of the drawn samples", () => {
  const row = fc.tuple(fc.nat({ max: 2 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }));
  fc.assert(
    fc.property(fc.array(row, { minLength: 2, maxLength: 15 }), fc.nat(), (drawn, seed) => {
      const truth = drawn.map(([label]) => label);
      const rows = drawn.map(([, a, b]) => [a / 10, b / 10, 1 - (a + b) / 10]);
      const rankings = [0, 1, 2].map((c) =>
        rankingStatistic(
          truth,
          rows.map((own) => own[c]!),
          c,
          3,
        ),
      );
      bootstrapStatistic(
        (draw) => {
          const own = rankings.map((ranking) => ranking(draw));
          const labels = Array.from(draw.indices, (i) => truth[i]!);
          const drawnRows = Array.from(draw.indices, (i) => rows[i]!);
          const { comparisons } = multiClassAuc(labels, drawnRows);
          expect(own.map((ranking) => ranking.auc)).toEqual(comparisons.map(({ auc }) => auc));
          for (const { classIndices, auc } of multiClassAuc(labels, drawnRows, { average: "one-vs-one" })
            .comparisons) {
            const [c, d] = classIndices as [number, number];
            expect((own[c]!.areas[d]! + own[d]!.areas[c]!) / 2).toBe(auc);
          }
          own.forEach((ranking, c) => {
            const ofClass = labels.map((label) => (label === c ? 1 : 0));
            expect(ranking.averagePrecision).toBe(
              averagePrecision(
                ofClass,
                drawnRows.map((probabilities) => probabilities[c]!),
              ),
            );
          });
          return draw.indices[0]!;
        },
        drawn.length,
        { seed, resamples: 4 },
      );
    }),
    { numRuns: 50 },
  );
});
