import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { figuresGolden } from "../../fixtures/figures.js";
import { auc } from "./auc.js";
import { multiClassAuc } from "./multi-class-auc.js";
import { rocCurve } from "./roc-curve.js";

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
    expect(comparisons.map(({ classes }) => classes)).toEqual(golden.each_vs_rest.map((_, c) => [c]));
    comparisons.forEach(({ auc }, c) => {
      expect(auc).toBeCloseTo(golden.each_vs_rest[c]!, 13);
    });
  });
});

describe.each(AVERAGES)("%s", (average) => {
  test("of two classes is the area under the curve", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 1 }), fc.nat({ max: 8 })), { maxLength: 20 }), (drawn) => {
        const truth = [0, 1, ...drawn.map(([label]) => label)];
        const scores = [3, 5, ...drawn.map(([, score]) => score)].map((score) => score / 8);
        const rows = scores.map((score) => [1 - score, score]);
        const { auc: area } = multiClassAuc(truth, rows, { average });
        expect(area).toBeCloseTo(auc(rocCurve(truth, scores)), 12);
      }),
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

  test("is 1 when every class is told from the others", () => {
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
    { classes: [0, 1], auc: Number.NaN },
    { classes: [0, 2], auc: 0.75 },
    { classes: [1, 2], auc: Number.NaN },
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
