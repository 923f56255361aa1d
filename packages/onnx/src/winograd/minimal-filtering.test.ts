import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  axisTransforms,
  kernelTransform,
  type Matrix,
  minimalFilter,
  POINTS,
  TAPS,
  transposed,
} from "./minimal-filtering.js";

const product = ({ rows, columns, data }: Matrix, vector: ArrayLike<number>): number[] =>
  Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let column = 0; column < columns; column++) sum += data[row * columns + column]! * vector[column]!;
    return sum;
  });

/** What the transforms must equal: a sliding product with zeros outside. */
function correlate(
  signal: readonly number[],
  taps: readonly number[],
  before: number,
  length: number,
): number[] {
  return Array.from({ length }, (_, i) =>
    taps.reduce((sum, tap, k) => sum + tap * (signal[i + k - before] ?? 0), 0),
  );
}

const value = fc.double({ min: -1, max: 1, noNaN: true });
const axis = fc
  .record({
    size: fc.integer({ min: 3, max: 30 }),
    before: fc.integer({ min: 0, max: 2 }),
    same: fc.boolean(),
  })
  .map(({ size, before, same }) =>
    same ? { size, before, length: size } : { size, before: 0, length: size - 2 },
  );

test("along an axis of any length and padding, products at the points are the correlation", () => {
  const { kernel } = minimalFilter();
  fc.assert(
    fc.property(
      axis.chain((shape) =>
        fc.record({
          shape: fc.constant(shape),
          signal: fc.array(value, { minLength: shape.size, maxLength: shape.size }),
          taps: fc.array(value, { minLength: TAPS, maxLength: TAPS }),
        }),
      ),
      ({ shape: { size, before, length }, signal, taps }) => {
        const { input, output, tiles } = axisTransforms(size, length, before);
        const points = product(input, signal).map((x, row) => {
          const weights = kernel[Math.floor(row / tiles)]!;
          return x * weights.reduce((sum, weight, i) => sum + weight * taps[i]!, 0);
        });
        const expected = correlate(signal, taps, before, length);
        product(output, points).forEach((y, i) => {
          // The matrices are float32; the sums here are float64.
          expect(Math.abs(y - expected[i]!)).toBeLessThan(1e-5);
        });
      },
    ),
  );
});

describe("kernelTransform", () => {
  test("is the kernel's transform along both axes", () => {
    const { kernel } = minimalFilter();
    const taps = Float32Array.from({ length: TAPS ** 2 }, (_, i) => i - 3.5);
    const points = product(kernelTransform(), taps);
    for (let p = 0; p < POINTS; p++) {
      for (let q = 0; q < POINTS; q++) {
        let expected = 0;
        for (let i = 0; i < TAPS; i++) {
          for (let j = 0; j < TAPS; j++) expected += kernel[p]![i]! * kernel[q]![j]! * taps[i * TAPS + j]!;
        }
        expect(points[p * POINTS + q]).toBeCloseTo(expected, 5);
      }
    }
  });
});

test("transposed turns rows into columns", () => {
  const matrix = { rows: 2, columns: 3, data: Float32Array.of(1, 2, 3, 4, 5, 6) };
  expect(transposed(matrix)).toEqual({ rows: 3, columns: 2, data: Float32Array.of(1, 4, 2, 5, 3, 6) });
});
