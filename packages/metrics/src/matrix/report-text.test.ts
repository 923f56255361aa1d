import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { formatFixed, pairwiseSum } from "./report-text.js";

describe("formatFixed", () => {
  // Right-hand sides from Python 3: format(value, f".{digits}f").
  test.each([
    { value: 0.125, digits: 2, expected: "0.12" },
    { value: 0.375, digits: 2, expected: "0.38" },
    { value: 0.625, digits: 2, expected: "0.62" },
    { value: 0.875, digits: 2, expected: "0.88" },
    { value: 0.5, digits: 0, expected: "0" },
    { value: 0.25, digits: 1, expected: "0.2" },
    { value: 0.0625, digits: 3, expected: "0.062" },
    { value: 0.285, digits: 2, expected: "0.28" },
    { value: 0.995, digits: 2, expected: "0.99" },
    { value: 1, digits: 0, expected: "1" },
    { value: 0, digits: 2, expected: "0.00" },
    { value: Number.NaN, digits: 2, expected: "nan" },
  ])("writes $value with $digits decimals as Python does: $expected", ({ value, digits, expected }) => {
    expect(formatFixed(value, digits)).toBe(expected);
  });

  test("is toFixed except at a tie", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat({ max: 20 }), (value, digits) => {
        fc.pre(
          !value
            .toFixed(100)
            .slice(2 + digits)
            .startsWith("5000000000"),
        );
        expect(formatFixed(value, digits)).toBe(value.toFixed(digits));
      }),
    );
  });
});

describe("pairwiseSum", () => {
  // Right-hand sides from NumPy 1.24: np.sum(1 / np.arange(3, 3 + n)).
  test.each([
    { n: 7, expected: 1.328968253968254 },
    { n: 9, expected: 1.5198773448773446 },
    { n: 23, expected: 2.3159581777535068 },
    { n: 300, expected: 4.789297397713862 },
  ])("has NumPy's last bit for $n values", ({ n, expected }) => {
    expect(pairwiseSum(Array.from({ length: n }, (_, i) => 1 / (i + 3)))).toBe(expected);
  });

  test("adds every value once", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 1000 }), { maxLength: 400 }), (values) => {
        expect(pairwiseSum(values)).toBe(values.reduce((sum, value) => sum + value, 0));
      }),
    );
  });
});
