import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { statistics } from "../../fixtures/statistics.js";
import { wilson } from "../intervals/proportions.js";
import { calibrationCurve, expectedCalibrationError } from "./calibration-curve.js";

const { calibration, edges, multiClass } = statistics;
const samples = fc.array(
  fc.record({ label: fc.nat({ max: 1 }), probability: fc.nat({ max: 20 }).map((n) => n / 20) }),
  { minLength: 1, maxLength: 60 },
);
const binning = fc.record({
  bins: fc.integer({ min: 1, max: 25 }),
  strategy: fc.constantFrom("uniform" as const, "quantile" as const),
});
const CASES = [
  ...calibration.curves.map((curve) => ({ ...calibration, ...curve, name: "spread probabilities" })),
  ...edges.curves.map((curve) => ({ ...edges, ...curve, name: "probabilities on edges" })),
];

describe("calibrationCurve", () => {
  test.each(CASES)(
    "equals scikit-learn's: $name, $bins bins, $strategy",
    ({ truth, probabilities, bins, strategy, observed, meanProbability }) => {
      const curve = calibrationCurve(truth, probabilities, { bins, strategy });
      expect(curve).toHaveLength(observed.length);
      curve.forEach((bin, i) => {
        expect(bin.observed).toBeCloseTo(observed[i]!, 14);
        expect(bin.meanProbability).toBeCloseTo(meanProbability[i]!, 14);
      });
    },
  );

  test("says what each bin holds, and leaves out empty ones", () => {
    expect(calibrationCurve([0, 1, 1, 0, 1], [0, 0.25, 0.2, 0.9, 1], { bins: 4, level: 0.9 })).toEqual([
      {
        low: 0,
        high: 0.25,
        count: 3,
        positives: 2,
        meanProbability: expect.closeTo(0.15, 14),
        observed: 2 / 3,
        interval: wilson(2, 3, { level: 0.9 }),
      },
      {
        low: 0.75,
        high: 1,
        count: 2,
        positives: 1,
        meanProbability: 0.95,
        observed: 0.5,
        interval: wilson(1, 2, { level: 0.9 }),
      },
    ]);
  });

  test("puts every sample into the one bin that it lies in", () => {
    fc.assert(
      fc.property(samples, binning, (pairs, options) => {
        const truth = pairs.map(({ label }) => label);
        const curve = calibrationCurve(
          truth,
          pairs.map(({ probability }) => probability),
          options,
        );
        for (const [i, { low, high, count, meanProbability }] of curve.entries()) {
          const inside = pairs.filter(
            ({ probability: p }) => (p > low || (i === 0 && p === low)) && p <= high,
          );
          // The first bin that holds a sample need not be the first of all, and then its edge is open.
          if (i > 0) expect(inside).toHaveLength(count);
          expect(meanProbability).toBeGreaterThanOrEqual(low - 1e-12);
          expect(meanProbability).toBeLessThanOrEqual(high + 1e-12);
        }
        const total = (key: "count" | "positives") => curve.reduce((sum, bin) => sum + bin[key], 0);
        expect(total("count")).toBe(pairs.length);
        expect(total("positives")).toBe(truth.reduce((sum, label) => sum + label, 0));
      }),
    );
  });

  test("has ten uniform bins by default, and none without samples", () => {
    const probabilities = Array.from({ length: 100 }, (_, i) => (i + 0.5) / 100);
    const curve = calibrationCurve(new Array(100).fill(0), probabilities);
    expect(curve.map(({ low, count }) => [low, count])).toEqual(
      Array.from({ length: 10 }, (_, i) => [i / 10, 10]),
    );
    expect(calibrationCurve([], [])).toEqual([]);
  });
});

describe("expectedCalibrationError", () => {
  test.each(calibration.errors)("equals NumPy's, $bins bins", ({ bins, value }) => {
    expect(expectedCalibrationError(calibration.truth, calibration.probabilities, { bins })).toBeCloseTo(
      value,
      14,
    );
  });

  test("is 0 for probabilities that come true, 1 for certainty that does not", () => {
    expect(expectedCalibrationError([0, 1, 1, 1], [0.75, 0.75, 0.75, 0.75])).toBe(0);
    expect(expectedCalibrationError([0, 1], [1, 0])).toBe(1);
  });

  test("is the same for the other class, where no probability lies on an edge", () => {
    fc.assert(
      fc.property(samples, (pairs) => {
        const truth = pairs.map(({ label }) => label);
        const probabilities = pairs.map(({ probability }) => (probability * 20 + 0.5) / 21);
        expect(
          expectedCalibrationError(
            truth.map((label) => 1 - label),
            probabilities.map((probability) => 1 - probability),
            { bins: 7 },
          ),
        ).toBeCloseTo(expectedCalibrationError(truth, probabilities, { bins: 7 }), 12);
      }),
    );
  });

  test("lies in [0, 1], and is NaN without samples", () => {
    fc.assert(
      fc.property(samples, binning, (pairs, options) => {
        const error = expectedCalibrationError(
          pairs.map(({ label }) => label),
          pairs.map(({ probability }) => probability),
          options,
        );
        expect(error).toBeGreaterThanOrEqual(0);
        expect(error).toBeLessThanOrEqual(1);
      }),
    );
    expect(expectedCalibrationError([], [])).toBeNaN();
  });
});

describe("expectedCalibrationError of rows", () => {
  test("equals NumPy's", () => {
    const error = expectedCalibrationError(multiClass.truth, multiClass.probabilities, { bins: 15 });
    expect(error).toBeCloseTo(multiClass.topLabelError, 14);
  });

  test("takes the first of equal classes", () => {
    expect(
      expectedCalibrationError(
        [0, 0],
        [
          [0.5, 0.5],
          [0.5, 0.5],
        ],
      ),
    ).toBe(0.5);
    expect(
      expectedCalibrationError(
        [1, 1],
        [
          [0.5, 0.5],
          [0.5, 0.5],
        ],
      ),
    ).toBe(0.5);
    expect(
      expectedCalibrationError(
        [0, 0],
        [
          [1, 0],
          [0, 1],
        ],
      ),
    ).toBe(0.5);
  });

  test("is NaN without samples", () => {
    expect(expectedCalibrationError([], [])).toBeNaN();
  });

  test.each([
    { why: "a class out of range", truth: [2], rows: [[0.4, 0.6]], parameter: "truth", value: 2 },
    { why: "unequal lengths", truth: [1, 0], rows: [[0.4, 0.6]], parameter: "probabilities", value: 1 },
    { why: "logits", truth: [1], rows: [[-1, 3]], parameter: "probabilities", value: -1 },
  ])("refuses $why", ({ truth, rows, parameter, value }) => {
    expect(() => expectedCalibrationError(truth, rows)).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter, value }),
    );
  });
});

describe.each([
  { name: "calibrationCurve", metric: calibrationCurve },
  { name: "expectedCalibrationError", metric: expectedCalibrationError },
])("$name refuses", ({ metric }) => {
  test.each([
    { why: "unequal lengths", truth: [0, 1], probabilities: [0.5], parameter: "probabilities", value: 1 },
    { why: "a third class", truth: [2], probabilities: [0.5], parameter: "truth", value: 2 },
    { why: "a number above 1", truth: [1], probabilities: [1.5], parameter: "probabilities", value: 1.5 },
  ])("$why", ({ truth, probabilities, parameter, value }) => {
    expect(() => metric(truth, probabilities)).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter, value }),
    );
  });

  test.each([
    { options: { bins: 0 }, parameter: "bins", value: 0 },
    { options: { bins: 2.5 }, parameter: "bins", value: 2.5 },
    { options: { strategy: "even" as "uniform" }, parameter: "strategy", value: "even" },
  ])("$options", ({ options, parameter, value }) => {
    expect(() => metric([1], [0.5], options)).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter, value }),
    );
  });
});
