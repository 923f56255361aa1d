import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { pairwiseSum } from "./pairwise-sum.js";

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
