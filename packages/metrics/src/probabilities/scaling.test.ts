import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { relativeError, statistics } from "../../fixtures/statistics.js";
import { expit, logit } from "./logistic.js";
import { plattScaling, temperatureScaling } from "./scaling.js";

const { calibration, multiClass, platt } = statistics;

describe("plattScaling", () => {
  test.each(platt)("equals scikit-learn's fit, and a closer one of statsmodels: $name", (reference) => {
    const { slope, intercept } = plattScaling(reference.truth, reference.scores);
    // scikit-learn stops at a gradient of 1e-5.
    expect(slope).toBeCloseTo(reference.sklearn.slope, 4);
    expect(intercept).toBeCloseTo(reference.sklearn.intercept, 4);
    expect(relativeError(slope, reference.precise.slope)).toBeLessThan(1e-9);
    expect(relativeError(intercept, reference.precise.intercept)).toBeLessThan(1e-9);
  });

  test("applies the logistic curve to other scores, of any size", () => {
    const { truth, scores } = platt[0]!;
    const { slope, intercept, apply } = plattScaling(truth, scores);
    expect([...apply([0, 2, -1e6, 1e6])]).toEqual([
      expect.closeTo(1 / (1 + Math.exp(-intercept)), 14),
      expect.closeTo(1 / (1 + Math.exp(-2 * slope - intercept)), 14),
      0,
      1,
    ]);
  });

  test("gives the same probabilities on any scale of the scores", () => {
    const { truth, scores } = platt[0]!;
    const expected = plattScaling(truth, scores).apply(scores);
    fc.assert(
      fc.property(
        fc.constantFrom(1e-9, 1e-3, -1, 1e3, 1e9),
        fc.integer({ min: -50, max: 50 }),
        (factor, offset) => {
          const scaled = scores.map((score) => factor * (score + offset));
          const probabilities = plattScaling(truth, scaled).apply(scaled);
          expected.forEach((probability, i) => {
            expect(probabilities[i]).toBeCloseTo(probability, 9);
          });
        },
      ),
    );
  });

  test.each([
    { why: "unequal lengths", truth: [0, 1], scores: [1], parameter: "scores", value: 1 },
    { why: "a third class", truth: [0, 2], scores: [1, 2], parameter: "truth", value: 2 },
    { why: "NaN", truth: [0, 1], scores: [1, Number.NaN], parameter: "scores", value: Number.NaN },
    { why: "one class", truth: [0, 0], scores: [1, 2], parameter: "truth", value: [2, 0] },
    { why: "no sample", truth: [], scores: [], parameter: "truth", value: [0, 0] },
    { why: "equal scores", truth: [0, 1], scores: [3, 3], parameter: "scores", value: 3 },
  ])("refuses $why", ({ truth, scores, parameter, value }) => {
    expect(() => plattScaling(truth, scores)).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter, value }),
    );
  });

  test("refuses to apply itself to NaN", () => {
    const { apply } = plattScaling([0, 1, 1], [1, 2, 3]);
    expect(() => apply([Number.NaN])).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter: "scores", value: Number.NaN }),
    );
  });
});

describe("temperatureScaling", () => {
  test("equals SciPy's minimum", () => {
    const { temperature } = temperatureScaling(calibration.truth, calibration.probabilities);
    expect(relativeError(temperature, calibration.temperature)).toBeLessThan(1e-11);
  });

  test("is undone by the factor that distorts log-odds", () => {
    // Of four samples said to be 0.75, three are positive: right as they are.
    const truth = [1, 1, 1, 0, 0, 1, 0, 0];
    const right = [0.75, 0.75, 0.75, 0.75, 0.25, 0.25, 0.25, 0.25];
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 10, noNaN: true }), (factor) => {
        const distorted = right.map((probability) => expit(factor * logit(probability)));
        const { temperature, apply } = temperatureScaling(truth, distorted);
        expect(relativeError(temperature, factor)).toBeLessThan(1e-9);
        const calibrated = apply(distorted);
        right.forEach((probability, i) => {
          expect(calibrated[i]).toBeCloseTo(probability, 9);
        });
      }),
    );
  });

  test("keeps 0.5 and the order of probabilities, and takes certainty", () => {
    const { temperature, apply } = temperatureScaling(calibration.truth, calibration.probabilities);
    const applied = apply([0, 0.1, 0.5, 0.7, 1]);
    expect(applied[2]).toBe(0.5);
    expect([...applied].sort((a, b) => a - b)).toEqual([...applied]);
    expect(applied[4]).toBeCloseTo(expit(logit(1 - 1e-8) / temperature), 14);
  });

  test.each([
    { why: "no sample on the wrong side", truth: [0, 1, 1], values: [0.2, 0.5, 0.9], value: 0 },
    { why: "samples that are all wrong", truth: [1, 0], values: [0.2, 0.9], value: Number.POSITIVE_INFINITY },
    {
      why: "more wrong than right",
      truth: [1, 0, 0],
      values: [0.9, 0.9, 0.9],
      value: Number.POSITIVE_INFINITY,
    },
    {
      why: "probabilities that say nothing",
      truth: [1, 0],
      values: [0.5, 0.5],
      value: Number.POSITIVE_INFINITY,
    },
    { why: "no sample", truth: [], values: [], value: Number.POSITIVE_INFINITY },
  ])("refuses $why, and says where the temperature would go", ({ truth, values, value }) => {
    expect(() => temperatureScaling(truth, values)).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter: "scores", value }),
    );
  });

  test.each([
    { why: "unequal lengths", truth: [0, 1], values: [0.5], parameter: "scores", value: 1 },
    { why: "a third class", truth: [2], values: [0.5], parameter: "truth", value: 2 },
    { why: "a score", truth: [1], values: [3], parameter: "scores", value: 3 },
  ])("refuses $why", ({ truth, values, parameter, value }) => {
    expect(() => temperatureScaling(truth, values)).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter, value }),
    );
  });

  test("refuses to apply itself to a score", () => {
    const { apply } = temperatureScaling(calibration.truth, calibration.probabilities);
    expect(() => apply([-2])).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter: "scores", value: -2 }),
    );
  });
});

describe("temperatureScaling of rows", () => {
  const LOGITS = { from: "logits" } as const;

  test("equals SciPy's minimum", () => {
    const { temperature } = temperatureScaling(multiClass.truth, multiClass.logits, LOGITS);
    expect(relativeError(temperature, multiClass.temperature)).toBeLessThan(1e-11);
  });

  test("applies a softmax that adds up to 1, without overflow", () => {
    const { temperature, apply } = temperatureScaling(multiClass.truth, multiClass.logits, LOGITS);
    const rows = apply([
      [0, temperature * Math.log(2), temperature * Math.log(5)],
      [1e5, 0, -1e5],
    ]);
    expect([...rows[0]!]).toEqual([0.125, 0.25, 0.625].map((value) => expect.closeTo(value, 14)));
    expect([...rows[1]!]).toEqual([1, 0, 0]);
  });

  test("with two classes is that of one column", () => {
    const logits = calibration.probabilities.map((probability) => [0, logit(probability)]);
    expect(temperatureScaling(calibration.truth, logits, LOGITS).temperature).toBeCloseTo(
      temperatureScaling(calibration.truth, calibration.probabilities).temperature,
      11,
    );
  });

  test("does not depend on a row's offset", () => {
    const moved = multiClass.logits.map((row, i) => row.map((value) => value + i - 30));
    expect(temperatureScaling(multiClass.truth, moved, LOGITS).temperature).toBeCloseTo(
      multiClass.temperature,
      9,
    );
  });

  test.each([
    {
      why: "rows that are all right",
      truth: [0, 1],
      rows: [
        [2, 1],
        [0, 1],
      ],
      parameter: "scores",
      value: 0,
    },
    {
      why: "rows that are all wrong",
      truth: [1, 0],
      rows: [
        [2, 1],
        [0, 1],
      ],
      parameter: "scores",
      value: Number.POSITIVE_INFINITY,
    },
    { why: "no sample", truth: [], rows: [], parameter: "scores", value: Number.POSITIVE_INFINITY },
    { why: "unequal lengths", truth: [0, 1], rows: [[2, 1]], parameter: "scores", value: 1 },
    {
      why: "unequal rows",
      truth: [0, 1],
      rows: [
        [2, 1],
        [1, 2, 3],
      ],
      parameter: "scores",
      value: 3,
    },
    { why: "one class", truth: [0], rows: [[2]], parameter: "scores", value: 1 },
    { why: "a class out of range", truth: [2], rows: [[2, 1]], parameter: "truth", value: 2 },
    { why: "NaN", truth: [0], rows: [[Number.NaN, 1]], parameter: "scores", value: Number.NaN },
  ])("refuses $why", ({ truth, rows, parameter, value }) => {
    expect(() => temperatureScaling(truth, rows, LOGITS)).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter, value }),
    );
  });

  test("refuses to apply itself to rows of other classes", () => {
    const { apply } = temperatureScaling(multiClass.truth, multiClass.logits, LOGITS);
    expect(() => apply([[1, 2]])).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter: "scores", value: 2 }),
    );
  });

  test("of probabilities is that of their logits, whatever the form", () => {
    const { truth, probabilities } = calibration;
    const expected = temperatureScaling(truth, probabilities).temperature;
    const rows = probabilities.map((probability) => Float64Array.of(1 - probability, probability));
    const ofRows = temperatureScaling(truth, rows);
    expect(ofRows.temperature).toBeCloseTo(expected, 9);
    expect(ofRows.apply(rows).map((row) => row[1])).toEqual(
      [...temperatureScaling(truth, probabilities).apply(probabilities)].map((p) => expect.closeTo(p, 9)),
    );
    expect(temperatureScaling(truth, probabilities.map(logit), LOGITS).temperature).toBe(expected);
  });

  test("refuses rows that are not probabilities, and another kind of scores", () => {
    expect(() => temperatureScaling([0], [[2, -1]])).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter: "scores", value: 2 }),
    );
    expect(() => temperatureScaling([0], [0.3], { from: "odds" as "logits" })).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter: "from", value: "odds" }),
    );
  });
});
