import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import golden from "../../fixtures/association.json";
import { formatPValue, holm } from "./p-values.js";

describe("formatPValue", () => {
  test.each([
    [0.0414, "p = 0.041"],
    [1, "p = 1.000"],
    [0.001, "p = 0.001"],
    [0.00099, "p < 0.001"],
    [Number.NaN, "p undefined"],
  ])("%p reads %p", (value, text) => {
    expect(formatPValue(value)).toBe(text);
  });
});

describe("holm", () => {
  test.each(golden.holm)("statsmodels' for $p", ({ p, adjusted }) => {
    for (const [i, value] of holm(p).entries()) expect(value).toBeCloseTo(adjusted[i]!, 12);
  });

  test("tests that were not made do not count", () => {
    expect(holm([0.01, Number.NaN, 0.04])).toEqual([0.02, Number.NaN, 0.04]);
    expect(holm([])).toEqual([]);
  });

  test("keeps the order of p-values, and lowers none", () => {
    const pValue = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(pValue), (pValues) => {
        const adjusted = holm(pValues);
        for (const [i, a] of pValues.entries()) {
          expect(adjusted[i]).toBeGreaterThanOrEqual(a);
          expect(adjusted[i]).toBeLessThanOrEqual(1);
          for (const [j, b] of pValues.entries())
            if (a <= b) expect(adjusted[i]!).toBeLessThanOrEqual(adjusted[j]!);
        }
      }),
    );
  });
});
