import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { figuresGolden } from "../../fixtures/figures.js";
import { brierScore, logLoss } from "./losses.js";

const EPSILONS = ["1e-15", "1e-7"] as const;
const samplesWithin = (min: number, max: number) =>
  fc.array(fc.tuple(fc.nat({ max: 1 }), fc.double({ min, max, noNaN: true })), {
    minLength: 1,
    maxLength: 30,
  });
const samples = samplesWithin(0, 1);
/** Away from the ends, where the rounding of 1 − p shows in its logarithm. */
const moderateSamples = samplesWithin(1e-6, 1 - 1e-6);
const truthOf = (pairs: [number, number][]) => pairs.map(([truth]) => truth);
const probabilitiesOf = (pairs: [number, number][]) => pairs.map(([, p]) => p);
const rowsOf = (pairs: [number, number][]) => pairs.map(([, p]) => [1 - p, p]);

describe.each(figuresGolden.binary)("scikit-learn's scores: $name", ({ truth, score, brier, log_loss }) => {
  test("Brier's", () => {
    expect(brierScore(truth, score)).toBeCloseTo(brier, 14);
  });

  test.each(EPSILONS)("logarithmic, clipped to %s", (epsilon) => {
    expect(logLoss(truth, score, { epsilon: Number(epsilon) })).toBeCloseTo(log_loss[epsilon], 13);
  });

  test("logarithmic, clipped to 1e-15 by default", () => {
    expect(logLoss(truth, score)).toBeCloseTo(log_loss["1e-15"], 13);
  });
});

describe.each(figuresGolden.probabilities)("scores of several classes: $name", (golden) => {
  test("Brier's, of NumPy", () => {
    expect(brierScore(golden.truth, golden.probabilities)).toBeCloseTo(golden.brier, 13);
  });

  test.each(EPSILONS)("logarithmic, of scikit-learn, clipped to %s", (epsilon) => {
    expect(logLoss(golden.truth, golden.probabilities, { epsilon: Number(epsilon) })).toBeCloseTo(
      golden.log_loss[epsilon],
      12,
    );
  });

  test("logarithmic, clipped to 1e-15 by default", () => {
    expect(logLoss(golden.truth, golden.probabilities)).toBeCloseTo(golden.log_loss["1e-15"], 12);
  });
});

describe.each([
  { name: "brierScore", score: brierScore, half: 0.25, highest: 1 },
  { name: "logLoss", score: logLoss, half: Math.LN2, highest: -Math.log(1e-15) * (1 + 1e-4) },
])("$name", ({ score, half, highest }) => {
  test("does not change when labels and probabilities change sides", () => {
    fc.assert(
      fc.property(moderateSamples, (pairs) => {
        const swapped = score(
          truthOf(pairs).map((label) => 1 - label),
          probabilitiesOf(pairs).map((p) => 1 - p),
        );
        expect(swapped).toBeCloseTo(score(truthOf(pairs), probabilitiesOf(pairs)), 8);
      }),
    );
  });

  test("lies in its range", () => {
    fc.assert(
      fc.property(samples, (pairs) => {
        const value = score(truthOf(pairs), probabilitiesOf(pairs));
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(highest);
      }),
    );
  });

  test("is smallest for the proportion of positives among constant probabilities", () => {
    const truth = [1, 0, 0, 1, 0];
    const constant = (p: number) =>
      score(
        truth,
        truth.map(() => p),
      );
    for (const other of [0.1, 0.3, 0.39, 0.41, 0.5, 0.9]) expect(constant(0.4)).toBeLessThan(constant(other));
    expect(constant(0.5)).toBeCloseTo(half, 14);
  });

  test("is NaN without samples", () => {
    expect(score([], [])).toBeNaN();
  });

  test.each([
    { why: "unequal lengths", truth: [0, 1], p: [0.5], parameter: "probabilities", value: 1 },
    { why: "a third class", truth: [0, 2], p: [0.5, 0.6], parameter: "truth", value: 2 },
    { why: "a logit", truth: [0, 1], p: [0.5, 1.2], parameter: "probabilities", value: 1.2 },
    { why: "a negative one", truth: [0, 1], p: [-0.1, 0.2], parameter: "probabilities", value: -0.1 },
    { why: "NaN", truth: [0, 1], p: [0.5, Number.NaN], parameter: "probabilities", value: Number.NaN },
  ])("refuses $why", ({ truth, p, parameter, value }) => {
    expect(() => score(truth, p)).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter, value }),
    );
  });
});

describe.each([
  { name: "brierScore of rows", score: brierScore, binary: brierScore, factor: 2 },
  { name: "logLoss of rows", score: logLoss, binary: logLoss, factor: 1 },
])("$name", ({ score, binary, factor }) => {
  test(`of two classes is ${factor} times the binary score`, () => {
    fc.assert(
      fc.property(moderateSamples, (pairs) => {
        const expected = factor * binary(truthOf(pairs), probabilitiesOf(pairs));
        expect(score(truthOf(pairs), rowsOf(pairs))).toBeCloseTo(expected, 8);
      }),
    );
  });

  test("is NaN without samples", () => {
    expect(score([], [])).toBeNaN();
  });

  test.each([
    { why: "unequal lengths", truth: [0, 1], rows: [[0.5, 0.5]], parameter: "probabilities", value: 1 },
    { why: "one column", truth: [0], rows: [[1]], parameter: "probabilities", value: 1 },
    {
      why: "rows that do not sum to 1",
      truth: [0],
      rows: [[1, 0.25]],
      parameter: "probabilities",
      value: 1.25,
    },
    { why: "logits", truth: [0], rows: [[2, -1]], parameter: "probabilities", value: 2 },
    { why: "a class beyond the columns", truth: [3], rows: [[0.5, 0.5]], parameter: "truth", value: 3 },
  ])("refuses $why", ({ truth, rows, parameter, value }) => {
    expect(() => score(truth, rows)).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter, value }),
    );
  });

  test("takes rows of float32", () => {
    const rows = [Float32Array.of(0.1, 0.2, 0.7), Float32Array.of(0.3, 0.3, 0.4)];
    const doubles = [
      [0.1, 0.2, 0.7],
      [0.3, 0.3, 0.4],
    ];
    expect(score([2, 0], rows)).toBeCloseTo(score([2, 0], doubles), 6);
  });
});

describe("clipping", () => {
  test("decides what a certain mistake costs", () => {
    expect(logLoss([1], [0], { epsilon: 1e-7 })).toBeCloseTo(-Math.log(1e-7), 12);
    expect(logLoss([1], [0], { epsilon: 0 })).toBe(Number.POSITIVE_INFINITY);
    expect(logLoss([1], [1], { epsilon: 0 })).toBe(0);
    expect(logLoss([0], [[0, 1]], { epsilon: 0 })).toBe(Number.POSITIVE_INFINITY);
  });

  test.each([-1e-9, 0.5, Number.NaN])("refuses an epsilon of %p", (epsilon) => {
    const expected = { kind: "invalid-argument", parameter: "epsilon", value: epsilon };
    expect(() => logLoss([1], [0.5], { epsilon })).toThrow(expect.objectContaining(expected));
    expect(() => logLoss([1], [[0.5, 0.5]], { epsilon })).toThrow(expect.objectContaining(expected));
  });
});
