import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { THUMBNAIL_SIDE } from "../fingerprints/fingerprint.js";
import { align } from "./align.js";
import { correlationOf, localContrast, mirror, resample } from "./contrast.js";
import type { ImageWindow } from "./hash.js";

const SIDE = THUMBNAIL_SIDE;
const { sin, floor } = Math;
const WHOLE: ImageWindow = { left: 0, top: 0, width: 1, height: 1 };

/** Ripples of several directions, as seen in a window. */
function ripples({ left, top, width, height }: ImageWindow, seed = 0): Float32Array {
  return Float32Array.from({ length: SIDE * SIDE }, (_, i) => {
    const x = left + (width * ((i % SIDE) + 0.5)) / SIDE;
    const y = top + (height * (floor(i / SIDE) + 0.5)) / SIDE;
    return (
      sin(31 * x + 9 * y + seed) + sin(24 * y - 12 * x + 2 * seed) + sin(40 * x * y + 17 * y * y + 3 * seed)
    );
  });
}

describe("align", () => {
  test("finds the window that a copy was cut from", () => {
    const share = fc.double({ min: 0, max: 0.12, noNaN: true });
    const miss = fc.double({ min: -0.02, max: 0.02, noNaN: true });
    fc.assert(
      fc.property(share, share, share, share, fc.tuple(miss, miss), (left, top, right, bottom, [x, y]) => {
        const window = { left, top, width: 1 - left - right, height: 1 - top - bottom };
        const start = { ...window, left: left + x, top: top + y };
        const fit = align(ripples(WHOLE), ripples(window), start);
        expect(fit.correlation).toBeGreaterThan(0.99);
        for (const side of ["left", "top", "width", "height"] as const) {
          expect(Math.abs(fit.window[side] - window[side])).toBeLessThan(0.004);
        }
      }),
      { numRuns: 30 },
    );
  });

  test("never ends below its start, and gives the correlation of images that do not match", () => {
    const { correlation } = align(ripples(WHOLE), ripples(WHOLE, 1.5), WHOLE);
    expect(correlation).toBeGreaterThanOrEqual(correlationOf(ripples(WHOLE), ripples(WHOLE, 1.5)) - 1e-6);
    expect(correlation).toBeLessThan(0.8);
  });

  test("a flat image matches nothing", () => {
    const flat = new Float32Array(SIDE * SIDE).fill(3);
    expect(align(flat, ripples(WHOLE), WHOLE)).toEqual({ correlation: 0, window: WHOLE });
    expect(align(ripples(WHOLE), flat, WHOLE)).toEqual({ correlation: 0, window: WHOLE });
  });
});

describe("local contrast", () => {
  const image = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => 90 + ((i * i) % 61));

  test("ignores brightness, and nearly ignores contrast", () => {
    const contrast = localContrast(image, 4, 4);
    expect(
      localContrast(
        image.map((value) => value + 40),
        4,
        4,
      ),
    ).toEqual(contrast);
    const stronger = localContrast(
      image.map((value) => (value - 90) * 2),
      4,
      4,
    );
    expect(correlationOf(stronger, contrast)).toBeGreaterThan(0.999);
  });

  test("of a flat image is 0, and a correlation with it is undefined", () => {
    const flat = localContrast(new Uint8Array(SIDE * SIDE).fill(7), 4, 4);
    expect(flat.every((value) => value === 0)).toBe(true);
    expect(correlationOf(flat, localContrast(image, 4, 4))).toBeNaN();
  });

  test("is the deviation from the mean over the root of the variance around it", () => {
    const radius = 3;
    const contrast = localContrast(image, radius, 2);
    const within = (row: number, column: number) => {
      const values: [number, number][] = [];
      for (let y = Math.max(0, row - radius); y <= Math.min(SIDE - 1, row + radius); y++) {
        for (let x = Math.max(0, column - radius); x <= Math.min(SIDE - 1, column + radius); x++)
          values.push([y, x]);
      }
      return values;
    };
    const meanOf = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    const deviation = (y: number, x: number) =>
      image[y * SIDE + x]! - meanOf(within(y, x).map(([row, column]) => image[row * SIDE + column]!));
    for (const [row, column] of [
      [0, 0],
      [1, 62],
      [30, 31],
      [63, 63],
    ] as const) {
      const variance = meanOf(within(row, column).map(([y, x]) => deviation(y, x) ** 2));
      expect(contrast[row * SIDE + column]).toBeCloseTo(deviation(row, column) / Math.sqrt(variance + 4), 5);
    }
  });
});

test("resampling the whole changes nothing; mirroring twice neither", () => {
  const image = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (i * 37) % 251);
  expect([...resample(image, WHOLE)]).toEqual([...image]);
  expect(mirror(mirror(image))).toEqual(image);
  expect(mirror(image)[0]).toBe(image[SIDE - 1]);
});
