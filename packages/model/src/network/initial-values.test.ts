import { createRng } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { glorotUniform, heNormal, heUniform } from "./initial-values.js";

const shapes = fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 }), fc.nat({ max: 20 }), fc.nat({ max: 20 }));

function moments(values: Float32Array): { mean: number; variance: number; largest: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variance, largest: values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) };
}

describe.each([
  // Variances by definition: He 2 / fan-in; Glorot 2 / (fan-in + fan-out); uniform in ±a has variance a²/3.
  { name: "heNormal", draw: heNormal, variance: 2 / (9 * 32), bound: 6.8 * Math.sqrt(2 / (9 * 32)) },
  { name: "heUniform", draw: heUniform, variance: 2 / (9 * 32), bound: Math.sqrt(6 / (9 * 32)) },
  {
    name: "glorotUniform",
    draw: glorotUniform,
    variance: 2 / (9 * (32 + 64)),
    bound: Math.sqrt(6 / (9 * 96)),
  },
])("$name", ({ draw, variance, bound }) => {
  test("has mean 0 and the variance of its definition", () => {
    const values = draw(createRng(3, { purpose: "test" }), [3, 3, 32, 64]);
    const found = moments(values);
    // 18,432 values: the mean's standard error is σ/136, the variance's at most σ²·√2/136; six of those.
    expect(Math.abs(found.mean)).toBeLessThan((6 * Math.sqrt(variance)) / 136);
    expect(Math.abs(found.variance / variance - 1)).toBeLessThan((6 * Math.SQRT2) / 136);
    expect(found.largest).toBeLessThanOrEqual(Math.fround(bound));
    // A sign or half of the range left out would show here.
    const median = values.toSorted()[values.length / 2]!;
    expect(Math.abs(median)).toBeLessThan((10 * Math.sqrt(variance)) / 136);
  });

  test("fills every shape, odd sizes included, with finite values that its stream alone decides", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const size = shape.reduce((product, side) => product * side, 1);
        const first = draw(createRng(1, { purpose: "a" }), shape);
        expect(first).toHaveLength(size);
        expect(first.every(Number.isFinite)).toBe(true);
        expect(draw(createRng(1, { purpose: "a" }), shape)).toEqual(first);
        if (size > 0) expect(draw(createRng(2, { purpose: "a" }), shape)).not.toEqual(first);
      }),
    );
  });
});
