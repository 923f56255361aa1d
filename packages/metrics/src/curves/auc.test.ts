import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { figuresGolden } from "../../fixtures/figures.js";
import { golden } from "../../fixtures/golden.js";
import { auc, multiClassAuc } from "./auc.js";
import { rocCurve } from "./roc-curve.js";

// Few distinct scores, so that ties are the rule.
const samples = fc.array(fc.tuple(fc.nat({ max: 1 }), fc.nat({ max: 6 })), { maxLength: 40 });
const areaOf = (pairs: [number, number][]) =>
  auc(
    pairs.map(([truth]) => truth),
    pairs.map(([, score]) => score),
  );
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
    expect(auc(truth, score)).toBeCloseTo(roc_auc, 14);
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
    expect(auc(truth, [0.3, 0.6].slice(0, truth.length))).toBeNaN();
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
  test("is the proportion of pairs ranked correctly, ties counting half (Mann–Whitney)", () => {
    fc.assert(
      fc.property(samples, (pairs) => {
        const scoresOf = (label: number) => pairs.filter(([t]) => t === label).map(([, score]) => score);
        const positives = scoresOf(1);
        const negatives = scoresOf(0);
        fc.pre(positives.length > 0 && negatives.length > 0);
        let wins = 0;
        for (const p of positives) for (const n of negatives) wins += p > n ? 1 : p === n ? 0.5 : 0;
        expect(areaOf(pairs)).toBeCloseTo(wins / (positives.length * negatives.length), 12);
      }),
    );
  });

  test("is one minus itself when the scores are negated", () => {
    fc.assert(
      fc.property(samples, (pairs) => {
        const area = areaOf(pairs);
        fc.pre(!Number.isNaN(area));
        expect(areaOf(pairs.map(([truth, score]) => [truth, -score]))).toBeCloseTo(1 - area, 12);
      }),
    );
  });

  test("of rows is the mean area of the classes", () => {
    for (const { truth, probabilities, one_vs_rest, one_vs_one } of figuresGolden.probabilities) {
      const rows = probabilities.map((row) => Float64Array.from(row));
      expect(auc(truth, rows)).toBeCloseTo(one_vs_rest, 13);
      expect(auc(truth, rows, { average: "one-vs-one" })).toBeCloseTo(one_vs_one, 13);
    }
  });
});

describe("multiClassAuc", () => {
  const AVERAGES = ["one-vs-rest", "one-vs-one"] as const;
  const KEYS = { "one-vs-rest": "one_vs_rest", "one-vs-one": "one_vs_one" } as const;
  /** Rows of three probabilities, every class with a sample. */
  const samples = fc
    .array(fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 4 }), fc.nat({ max: 4 })), { maxLength: 25 })
    .map((drawn) => {
      const all = [...drawn, [0, 1, 2], [1, 2, 2], [2, 0, 1]] as [number, number, number][];
      return {
        truth: all.map(([label]) => label),
        rows: all.map(([, first, second]) => [first / 8, second / 8, 1 - (first + second) / 8]),
      };
    });

  describe.each(figuresGolden.probabilities)("scikit-learn's areas: $name", (golden) => {
    test.each(AVERAGES)("%s", (average) => {
      const actual = multiClassAuc(golden.truth, golden.probabilities, { average });
      expect(actual.auc).toBeCloseTo(golden[KEYS[average]], 13);
      expect(actual.undefinedReason).toBeNull();
    });

    test("of each class against the rest", () => {
      const { comparisons } = multiClassAuc(golden.truth, golden.probabilities, { average: "one-vs-rest" });
      expect(comparisons.map(({ classIndices }) => classIndices)).toEqual(
        golden.each_vs_rest.map((_, c) => [c]),
      );
      comparisons.forEach(({ auc }, c) => {
        expect(auc).toBeCloseTo(golden.each_vs_rest[c]!, 13);
      });
    });
  });

  describe.each(AVERAGES)("%s", (average) => {
    test("of two classes is the area under the curve", () => {
      fc.assert(
        fc.property(
          fc.array(fc.tuple(fc.nat({ max: 1 }), fc.nat({ max: 8 })), { maxLength: 20 }),
          (drawn) => {
            const truth = [0, 1, ...drawn.map(([label]) => label)];
            const scores = [3, 5, ...drawn.map(([, score]) => score)].map((score) => score / 8);
            const rows = scores.map((score) => [1 - score, score]);
            const { auc: area } = multiClassAuc(truth, rows, { average });
            expect(area).toBeCloseTo(auc(truth, scores), 12);
          },
        ),
      );
    });

    test("does not depend on the order of samples or classes", () => {
      fc.assert(
        fc.property(samples, ({ truth, rows }) => {
          const { auc: area } = multiClassAuc(truth, rows, { average });
          const reversed = multiClassAuc(truth.toReversed(), rows.toReversed(), { average });
          const renamed = multiClassAuc(
            truth.map((label) => (label + 1) % 3),
            rows.map(([a, b, c]) => [c!, a!, b!]),
            { average },
          );
          expect(reversed.auc).toBeCloseTo(area, 12);
          expect(renamed.auc).toBeCloseTo(area, 12);
        }),
      );
    });

    test("is 1 when every class is separated from the others", () => {
      const rows = [
        [0.8, 0.1, 0.1],
        [0.2, 0.6, 0.2],
        [0.1, 0.2, 0.7],
      ];
      expect(multiClassAuc([0, 1, 2], rows, { average }).auc).toBe(1);
    });

    test("is undefined, with a reason, for a class without a sample and for none", () => {
      const absent = multiClassAuc(
        [0, 2],
        [
          [0.5, 0.2, 0.3],
          [0.4, 0.3, 0.3],
        ],
        { average },
      );
      expect(absent).toMatchObject({ auc: Number.NaN, undefinedReason: "no sample is of class 1" });
      expect(multiClassAuc([], [], { average })).toEqual({
        auc: Number.NaN,
        comparisons: [],
        undefinedReason: "there is no sample",
      });
    });
  });

  test("one-vs-one names the pairs in rising order, and keeps those that are defined", () => {
    const { comparisons } = multiClassAuc(
      [0, 2],
      [
        [0.5, 0.2, 0.3],
        [0.4, 0.3, 0.3],
      ],
      { average: "one-vs-one" },
    );
    expect(comparisons).toEqual([
      { classIndices: [0, 1], auc: Number.NaN },
      { classIndices: [0, 2], auc: 0.75 },
      { classIndices: [1, 2], auc: Number.NaN },
    ]);
  });

  test.each([
    { why: "unequal lengths", truth: [0], rows: [], parameter: "probabilities", value: 0 },
    { why: "one column", truth: [0], rows: [[1]], parameter: "probabilities", value: 1 },
    {
      why: "rows of different length",
      truth: [0, 1],
      rows: [
        [0.5, 0.5],
        [0.2, 0.3, 0.5],
      ],
      parameter: "probabilities",
      value: 3,
    },
    { why: "logits", truth: [0], rows: [[1.5, -0.5]], parameter: "probabilities", value: 1.5 },
    { why: "a NaN", truth: [0], rows: [[Number.NaN, 1]], parameter: "probabilities", value: Number.NaN },
    {
      why: "rows that do not sum to 1",
      truth: [0],
      rows: [[0.5, 0.25]],
      parameter: "probabilities",
      value: 0.75,
    },
    { why: "a class beyond the columns", truth: [2], rows: [[0.5, 0.5]], parameter: "truth", value: 2 },
  ])("refuses $why", ({ truth, rows, parameter, value }) => {
    expect(() => multiClassAuc(truth, rows, { average: "one-vs-rest" })).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter, value }),
    );
  });

  test("refuses another average", () => {
    const average = "weighted" as "one-vs-one";
    expect(() => multiClassAuc([0], [[0.5, 0.5]], { average })).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter: "average", value: "weighted" }),
    );
  });
});
