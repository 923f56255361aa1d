import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { golden } from "../../fixtures/golden.js";
import { applyThreshold, chooseThreshold, mostLikelyClasses, type ThresholdCriterion } from "./threshold.js";

describe("applyThreshold", () => {
  test.each(golden.binary)("gives the golden classes: $name", ({ score, threshold, predicted }) => {
    expect(applyThreshold(score, threshold)).toEqual(predicted);
  });

  test("calls a score at the threshold negative", () => {
    expect(applyThreshold([0.7, 0.7000001, 0.2], 0.7)).toEqual([0, 1, 0]);
  });

  test("takes typed arrays", () => {
    expect(applyThreshold(Float32Array.of(0.25, 0.75), 0.5)).toEqual([0, 1]);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])("refuses the score %p", (score) => {
    expect(() => applyThreshold([0.1, score], 0.5)).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter: "scores", value: score }),
    );
  });

  test("refuses the threshold NaN", () => {
    expect(() => applyThreshold([0.1], Number.NaN)).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter: "threshold", value: Number.NaN }),
    );
  });
});

// Few distinct scores, so that ties are the rule.
const samples = fc
  .array(fc.record({ label: fc.nat({ max: 1 }), score: fc.nat({ max: 6 }).map((n) => n / 4) }), {
    minLength: 2,
    maxLength: 40,
  })
  .map((pairs) => ({ truth: pairs.map(({ label }) => label), scores: pairs.map(({ score }) => score) }))
  .filter(({ truth, scores }) => new Set(truth).size === 2 && new Set(scores).size > 1);
const costs = fc.integer({ min: 1, max: 20 });
const criteria = fc.oneof(
  fc.constant<ThresholdCriterion>({ by: "youden" }),
  fc.integer({ min: 1, max: 20 }).map((n): ThresholdCriterion => ({ by: "sensitivity", atLeast: n / 20 })),
  fc
    .tuple(costs, costs)
    .map(
      ([falsePositive, falseNegative]): ThresholdCriterion => ({ by: "cost", falsePositive, falseNegative }),
    ),
);

function countsAt(truth: number[], scores: number[], threshold: number) {
  const predicted = applyThreshold(scores, threshold);
  const count = (label: number, prediction: number) =>
    truth.filter((value, i) => value === label && predicted[i] === prediction).length;
  return { tp: count(1, 1), fn: count(1, 0), fp: count(0, 1), tn: count(0, 0) };
}

const data = { truth: [0, 0, 1, 0, 1, 1, 1], scores: [0.1, 0.3, 0.4, 0.6, 0.7, 0.8, 0.8] };

describe("chooseThreshold", () => {
  test.each([
    // At equal costs 0.65 and 0.35 are equally good, with one error each; the lower one finds more.
    { criterion: { by: "youden" }, threshold: 0.65, sensitivity: 0.75, specificity: 1 },
    { criterion: { by: "sensitivity", atLeast: 0.5 }, threshold: 0.65, sensitivity: 0.75, specificity: 1 },
    { criterion: { by: "sensitivity", atLeast: 0.8 }, threshold: 0.35, sensitivity: 1, specificity: 2 / 3 },
    {
      criterion: { by: "cost", falsePositive: 1, falseNegative: 1 },
      threshold: 0.35,
      sensitivity: 1,
      specificity: 2 / 3,
    },
    {
      criterion: { by: "cost", falsePositive: 2, falseNegative: 1 },
      threshold: 0.65,
      sensitivity: 0.75,
      specificity: 1,
    },
  ] as const)("$criterion", ({ criterion, threshold, sensitivity, specificity }) => {
    expect(chooseThreshold(data.truth, data.scores, criterion)).toEqual({
      threshold: expect.closeTo(threshold, 14),
      sensitivity,
      specificity,
      criterion,
      apply: expect.any(Function),
    });
  });

  test("may call everything positive, or nothing", () => {
    const reversed = { truth: [1, 1, 0], scores: [0.2, 0.4, 0.9] };
    expect(chooseThreshold(reversed.truth, reversed.scores, { by: "sensitivity", atLeast: 1 })).toMatchObject(
      {
        threshold: expect.closeTo(0.1, 14),
        sensitivity: 1,
        specificity: 0,
      },
    );
    expect(
      chooseThreshold(reversed.truth, reversed.scores, { by: "cost", falsePositive: 9, falseNegative: 1 }),
    ).toMatchObject({
      threshold: 0.9,
      sensitivity: 0,
      specificity: 1,
    });
  });

  test("reports the rates of its own threshold", () => {
    fc.assert(
      fc.property(samples, criteria, ({ truth, scores }, criterion) => {
        const { threshold, sensitivity, specificity } = chooseThreshold(truth, scores, criterion);
        const { tp, fn, fp, tn } = countsAt(truth, scores, threshold);
        expect(sensitivity).toBe(tp / (tp + fn));
        expect(specificity).toBe(tn / (tn + fp));
      }),
    );
  });

  test("no threshold is better, and of equals none finds more", () => {
    fc.assert(
      fc.property(samples, criteria, ({ truth, scores }, criterion) => {
        const meritAt = (threshold: number) => {
          const { tp, fn, fp, tn } = countsAt(truth, scores, threshold);
          const merit =
            criterion.by === "youden"
              ? tp * (fp + tn) - fp * (tp + fn)
              : criterion.by === "cost"
                ? -(fp * criterion.falsePositive + fn * criterion.falseNegative)
                : tp / (tp + fn) >= criterion.atLeast
                  ? tn
                  : -1;
          return [merit, tp] as const;
        };
        const [merit, found] = meritAt(chooseThreshold(truth, scores, criterion).threshold);
        // Scores are quarters, so that these are all ways to divide them.
        for (let threshold = -0.125; threshold < 2; threshold += 0.125) {
          const [otherMerit, otherFound] = meritAt(threshold);
          expect(otherMerit).toBeLessThanOrEqual(merit);
          if (otherMerit === merit) expect(otherFound).toBeLessThanOrEqual(found);
        }
      }),
    );
  });

  test("divides neighbouring numbers, which have no middle", () => {
    const low = 0.1;
    const high = low + 2 ** -56;
    const truth = [0, 1];
    const { threshold } = chooseThreshold(truth, [low, high], { by: "youden" });
    expect(applyThreshold([low, high], threshold)).toEqual([0, 1]);
    const all = chooseThreshold([1, 0], [low, high], { by: "sensitivity", atLeast: 1 });
    expect(applyThreshold([low, high], all.threshold)).toEqual([1, 1]);
  });

  test("applies to other scores, as applyThreshold does", () => {
    const { threshold, apply } = chooseThreshold(data.truth, data.scores, { by: "youden" });
    const others = [0.2, threshold, 0.66, 0.9];
    expect(apply(others)).toEqual([0, 0, 1, 1]);
    expect(apply(data.scores.slice(1))).toEqual(applyThreshold(data.scores.slice(1), threshold));
  });

  test.each([
    { why: "the same array", scores: (scores: number[]) => scores },
    { why: "a copy", scores: (scores: number[]) => [...scores] },
    { why: "a copy of another type", scores: (scores: number[]) => Float64Array.from(scores) },
  ])("refuses to apply to the scores it was chosen on: $why", ({ scores }) => {
    const { apply } = chooseThreshold(data.truth, data.scores, { by: "youden" });
    const same = scores(data.scores);
    expect(() => apply(same)).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter: "scores", value: same }),
    );
  });

  test("refuses the scores it was chosen on, though they changed since", () => {
    const scores = [0.1, 0.9];
    const { apply } = chooseThreshold([0, 1], scores, { by: "youden" });
    scores[0] = 0.2;
    for (const same of [scores, [0.1, 0.9]]) {
      expect(() => apply(same)).toThrow(expect.objectContaining({ parameter: "scores", value: same }));
    }
  });

  test.each([
    { why: "unequal lengths", truth: [0, 1], scores: [1], parameter: "scores", value: 1 },
    { why: "a third class", truth: [0, 2], scores: [1, 2], parameter: "truth", value: 2 },
    { why: "NaN", truth: [0, 1], scores: [1, Number.NaN], parameter: "scores", value: Number.NaN },
    { why: "one class", truth: [1, 1, 1], scores: [1, 2, 3], parameter: "truth", value: [0, 3] },
    { why: "no sample", truth: [], scores: [], parameter: "truth", value: [0, 0] },
    { why: "equal scores", truth: [0, 1], scores: [3, 3], parameter: "scores", value: 3 },
  ])("refuses $why", ({ truth, scores, parameter, value }) => {
    expect(() => chooseThreshold(truth, scores, { by: "youden" })).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter, value }),
    );
  });

  test.each([
    { criterion: { by: "sensitivity", atLeast: 0 }, parameter: "atLeast", value: 0 },
    { criterion: { by: "sensitivity", atLeast: 95 }, parameter: "atLeast", value: 95 },
    {
      criterion: { by: "cost", falsePositive: 0, falseNegative: 1 },
      parameter: "falsePositive",
      value: 0,
    },
    {
      criterion: { by: "cost", falsePositive: 1, falseNegative: Number.POSITIVE_INFINITY },
      parameter: "falseNegative",
      value: Number.POSITIVE_INFINITY,
    },
    { criterion: { by: "f1" } as unknown as ThresholdCriterion, parameter: "by", value: "f1" },
  ] as { criterion: ThresholdCriterion; parameter: string; value: unknown }[])(
    "refuses $criterion",
    ({ criterion, parameter, value }) => {
      expect(() => chooseThreshold(data.truth, data.scores, criterion)).toThrow(
        expect.objectContaining({ kind: "invalid-argument", parameter, value }),
      );
    },
  );
});

describe("mostLikelyClasses", () => {
  test("names the class of the highest score, the first of equals", () => {
    const rows = [
      Float32Array.of(0.1, 0.2, 0.7),
      Float32Array.of(0.4, 0.4, 0.2),
      Float32Array.of(-3, -2, -5),
    ];
    expect(mostLikelyClasses(rows)).toEqual([2, 0, 1]);
    expect(mostLikelyClasses([])).toEqual([]);
  });

  test.each([
    { why: "rows of unequal length", rows: [[1, 2], [1]], value: 1 },
    { why: "empty rows", rows: [[]], value: 0 },
    { why: "NaN", rows: [[0.5, Number.NaN]], value: Number.NaN },
  ])("refuses $why", ({ rows, value }) => {
    expect(() => mostLikelyClasses(rows)).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter: "scores", value }),
    );
  });
});
