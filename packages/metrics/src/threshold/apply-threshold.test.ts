import { describe, expect, test } from "@jest/globals";
import { golden } from "../../fixtures/golden.js";
import { applyThreshold } from "./apply-threshold.js";

describe("applyThreshold", () => {
  test.each(golden.binary)("gives the golden labels: $name", ({ score, threshold, predicted }) => {
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
