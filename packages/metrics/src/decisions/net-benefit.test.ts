import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { statistics } from "../../fixtures/statistics.js";
import { netBenefit } from "./net-benefit.js";

const { truth, probabilities } = statistics.calibration;
const thresholds = [0.05, 0.2, 0.5, 0.9];

describe("netBenefit", () => {
  test("equals NumPy's, in the order of the thresholds", () => {
    const points = netBenefit(truth, probabilities, {
      thresholds: statistics.netBenefit.map(({ threshold }) => threshold),
    });
    expect(points).toEqual(
      statistics.netBenefit.map(({ threshold, model, treatAll }) => ({
        threshold,
        model: expect.closeTo(model, 12),
        treatAll: expect.closeTo(treatAll, 12),
        treatNone: 0,
      })),
    );
  });

  test("of a perfect model is the prevalence, of certainty that all are ill that of treating all", () => {
    for (const { model } of netBenefit([0, 1, 1, 0, 0], [0, 1, 1, 0, 0], { thresholds }))
      expect(model).toBe(0.4);
    for (const { model, treatAll } of netBenefit([0, 1, 0], [1, 1, 1], { thresholds }))
      expect(model).toBe(treatAll);
    for (const { model } of netBenefit([0, 1, 0], [0, 0, 0], { thresholds }))
      expect(model).toBeCloseTo(0, 15);
  });

  test("treats no sample whose probability is the threshold", () => {
    expect(netBenefit([1, 1], [0.5, 0.6], { thresholds: [0.5] })[0]!.model).toBe(0.5);
  });

  test("never exceeds the prevalence", () => {
    const pairs = fc.array(fc.tuple(fc.nat({ max: 1 }), fc.double({ min: 0, max: 1, noNaN: true })), {
      minLength: 1,
    });
    const inside = fc.double({ min: 0.001, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(pairs, inside, (drawn, threshold) => {
        const labels = drawn.map(([label]) => label);
        const [point] = netBenefit(
          labels,
          drawn.map(([, probability]) => probability),
          { thresholds: [threshold] },
        );
        const prevalence = labels.reduce((sum, label) => sum + label, 0) / labels.length;
        expect(point!.model).toBeLessThanOrEqual(prevalence);
        expect(point!.treatAll).toBeLessThanOrEqual(prevalence);
      }),
    );
  });

  test("is NaN without samples", () => {
    expect(netBenefit([], [], { thresholds: [0.2] })).toEqual([
      { threshold: 0.2, model: Number.NaN, treatAll: Number.NaN, treatNone: 0 },
    ]);
  });

  test.each([0, 1, -0.5, Number.NaN])("refuses the threshold %p", (threshold) => {
    expect(() => netBenefit(truth, probabilities, { thresholds: [0.5, threshold] })).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter: "thresholds", value: threshold }),
    );
  });

  test.each([
    { why: "unequal lengths", labels: [0, 1], values: [0.5], parameter: "probabilities", value: 1 },
    { why: "a third class", labels: [2], values: [0.5], parameter: "truth", value: 2 },
    { why: "a score", labels: [1], values: [3], parameter: "probabilities", value: 3 },
  ])("refuses $why", ({ labels, values, parameter, value }) => {
    expect(() => netBenefit(labels, values, { thresholds })).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter, value }),
    );
  });
});
