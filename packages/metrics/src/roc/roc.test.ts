import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { golden } from "../../fixtures/golden.js";
import { auc } from "./auc.js";
import { rocCurve } from "./roc-curve.js";

// Few distinct scores, so that ties are the rule.
const samples = fc.array(fc.tuple(fc.nat({ max: 1 }), fc.nat({ max: 6 })), { maxLength: 40 });
const curveOf = (pairs: [number, number][]) =>
  rocCurve(
    pairs.map(([truth]) => truth),
    pairs.map(([, score]) => score),
  );

describe.each(golden.binary)("scikit-learn's curve: $name", ({ truth, score, roc, roc_auc }) => {
  const curve = rocCurve(truth, score);

  test("rates", () => {
    expect(curve.fpr).toEqual(roc.fpr);
    expect(curve.tpr).toEqual(roc.tpr);
    expect(curve.undefinedReason).toBeNull();
  });

  test("area", () => {
    expect(auc(curve)).toBeCloseTo(roc_auc, 14);
  });
});

describe("rocCurve", () => {
  test("has a point before the first score and one for each distinct score", () => {
    expect(rocCurve([0, 1, 1, 0], [0.2, 0.9, 0.4, 0.4])).toEqual({
      fpr: [0, 0, 0.5, 1],
      tpr: [0, 0.5, 1, 1],
      thresholds: [Number.POSITIVE_INFINITY, 0.9, 0.4, 0.2],
      undefinedReason: null,
    });
  });

  test("rates are those of calling every score at or above the threshold positive", () => {
    fc.assert(
      fc.property(samples, (pairs) => {
        const { fpr, tpr, thresholds } = curveOf(pairs);
        thresholds.forEach((threshold, i) => {
          const share = (label: number) => {
            const ofClass = pairs.filter(([truth]) => truth === label);
            return ofClass.filter(([, score]) => score >= threshold).length / ofClass.length;
          };
          expect(fpr[i]).toBe(share(0));
          expect(tpr[i]).toBe(share(1));
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
      fpr: [0, 0.5, 1],
      tpr: [Number.NaN, Number.NaN, Number.NaN],
      reason: /class 1/,
    },
    {
      why: "no negative",
      truth: [1, 1],
      fpr: [Number.NaN, Number.NaN, Number.NaN],
      tpr: [0, 0.5, 1],
      reason: /class 0/,
    },
    { why: "no sample", truth: [], fpr: [Number.NaN], tpr: [Number.NaN], reason: /no sample/ },
  ])("is undefined, with a reason, for $why", ({ truth, fpr, tpr, reason }) => {
    const curve = rocCurve(truth, [0.3, 0.6].slice(0, truth.length));
    expect(curve).toMatchObject({ fpr, tpr, undefinedReason: expect.stringMatching(reason) });
    expect(auc(curve)).toBeNaN();
  });

  test.each([
    { why: "unequal lengths", truth: [0, 1], scores: [0.5], parameter: "scores", value: 1 },
    { why: "a third class", truth: [0, 2], scores: [0.5, 0.6], parameter: "truth", value: 2 },
    { why: "NaN", truth: [0, 1], scores: [0.5, Number.NaN], parameter: "scores", value: Number.NaN },
  ])("refuses $why", ({ truth, scores, parameter, value }) => {
    expect(() => rocCurve(truth, scores)).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter, value }),
    );
  });
});

describe("auc", () => {
  test("is the share of pairs that the scores put right, ties counting half (Mann–Whitney)", () => {
    fc.assert(
      fc.property(samples, (pairs) => {
        const scoresOf = (label: number) => pairs.filter(([t]) => t === label).map(([, score]) => score);
        const positives = scoresOf(1);
        const negatives = scoresOf(0);
        fc.pre(positives.length > 0 && negatives.length > 0);
        let wins = 0;
        for (const p of positives) for (const n of negatives) wins += p > n ? 1 : p === n ? 0.5 : 0;
        expect(auc(curveOf(pairs))).toBeCloseTo(wins / (positives.length * negatives.length), 12);
      }),
    );
  });

  test("is one minus itself when the scores are negated", () => {
    fc.assert(
      fc.property(samples, (pairs) => {
        const area = auc(curveOf(pairs));
        fc.pre(!Number.isNaN(area));
        expect(auc(curveOf(pairs.map(([truth, score]) => [truth, -score])))).toBeCloseTo(1 - area, 12);
      }),
    );
  });

  test.each([
    { why: "unequal lengths", fpr: [0, 1], tpr: [0] },
    { why: "one point", fpr: [0], tpr: [0] },
    { why: "a falling false positive rate", fpr: [0, 0.5, 0.2], tpr: [0, 0.5, 1] },
  ])("refuses $why", (curve) => {
    expect(() => auc(curve)).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter: "curve" }),
    );
  });
});
