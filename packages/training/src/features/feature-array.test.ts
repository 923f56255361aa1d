import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { asFloats, batchBuffer, copyFeatures, toHalf } from "./feature-array.js";

describe("float16", () => {
  // Bits from IEEE 754-2019, section 3.4; those of 0.1 and 1/3 as NumPy 1.24's float16 gives them.
  test.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [0.1, 0x2e66],
    [1 / 3, 0x3555],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [3 * 2 ** -25, 0x0002],
    [2 ** -14 - 2 ** -25, 0x0400],
    [2 ** -30, 0x0000],
    [2048 + 1, 0x6800],
    [2048 + 3, 0x6802],
    [1e6, 0x7bff],
    [Number.NEGATIVE_INFINITY, 0xfbff],
    [Number.NaN, 0x7e00],
  ])("%p has the bits %p", (value, bits) => {
    expect(toHalf(Float32Array.of(value))[0]).toBe(bits);
  });

  test("every half comes back from its value", () => {
    const halves = Uint16Array.from({ length: 2 ** 16 }, (_, i) => i).filter(
      (bits) => (bits & 0x7c00) !== 0x7c00,
    );
    expect(toHalf(asFloats(halves))).toEqual(halves);
  });

  test("rounding errs by at most half a unit in the eleventh bit", () => {
    fc.assert(
      fc.property(fc.float({ min: Math.fround(-65504), max: Math.fround(65504), noNaN: true }), (value) => {
        const [rounded] = asFloats(toHalf(Float32Array.of(value)));
        const unit = Math.max(2 ** (Math.floor(Math.log2(Math.abs(value) || 1)) - 10), 2 ** -24);
        expect(Math.abs(rounded! - value)).toBeLessThanOrEqual(unit / 2);
      }),
    );
  });
});

test("copies a part of features of either precision to its place", () => {
  const floats = Float32Array.of(1, 2, 3, 4);
  for (const features of [floats, toHalf(floats)]) {
    const target = new Float32Array(4);
    copyFeatures(features, 1, 2, target, 2);
    expect([...target]).toEqual([0, 0, 2, 3]);
  }
});

describe("batchBuffer", () => {
  const SHAPE = [2, 1, 3];
  const images = [Float32Array.of(1, 2, 3, 4, 5, 6), Float32Array.of(7, 8, 9, 10, 11, 12)];

  describe.each([
    { precision: "float32", given: images },
    { precision: "float16", given: images.map(toHalf) },
  ])("$precision", ({ given }) => {
    test("images first: one image after another", () => {
      const { data, dims } = batchBuffer(SHAPE)(given);
      expect(dims).toEqual([2, 2, 1, 3]);
      expect([...data]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    });

    test("spatial first: one pixel of all images after another", () => {
      const { data, dims } = batchBuffer(SHAPE, "spatial-first")(given);
      expect(dims).toEqual([2, 1, 2, 3]);
      expect([...data]).toEqual([1, 2, 3, 7, 8, 9, 4, 5, 6, 10, 11, 12]);
    });
  });

  test("a smaller batch after a larger one holds its own images only", () => {
    const join = batchBuffer(SHAPE, "spatial-first");
    join(images);
    const { data, dims } = join([images[1]!]);
    expect(dims).toEqual([2, 1, 1, 3]);
    expect([...data]).toEqual([7, 8, 9, 10, 11, 12]);
  });
});
