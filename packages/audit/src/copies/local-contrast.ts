import { THUMBNAIL_SIDE } from "../fingerprints/fingerprint.js";

// Looked up once: they are used for each pixel.
const { max, min, sqrt } = Math;

const SIDE = THUMBNAIL_SIDE;
const PIXELS = SIDE * SIDE;

/**
 * Deviation of each grey value from the mean around it, over the spread around it: what is left when brightness,
 * contrast and gamma are taken away, and with a small `radius` the anatomy that all radiographs share.
 *
 * @param radius Half side of the square around a pixel, in pixels of the thumbnail.
 * @param floor Spread, in grey levels, that counts as none: keeps the noise of a flat area small.
 * @returns {@link THUMBNAIL_SIDE}² values, row-major.
 */
export function localContrast(thumbnail: ArrayLike<number>, radius: number, floor: number): Float32Array {
  const values = new Float64Array(thumbnail);
  const means = boxMeans(values, radius);
  const squares = new Float64Array(PIXELS);
  for (let i = 0; i < PIXELS; i++) {
    const deviation = values[i]! - means[i]!;
    values[i] = deviation;
    squares[i] = deviation * deviation;
  }
  const variances = boxMeans(squares, radius);
  const result = new Float32Array(PIXELS);
  for (let i = 0; i < PIXELS; i++) result[i] = values[i]! / sqrt(variances[i]! + floor * floor);
  return result;
}

/** Mean over the square around each pixel, as much of it as lies inside the picture. */
function boxMeans(values: Float64Array, radius: number): Float64Array {
  return boxMeansAlong(boxMeansAlong(values, radius, 1, SIDE), radius, SIDE, 1);
}

function boxMeansAlong(values: Float64Array, radius: number, step: number, stride: number): Float64Array {
  const means = new Float64Array(PIXELS);
  const sums = new Float64Array(SIDE + 1);
  for (let line = 0; line < SIDE; line++) {
    const start = line * stride;
    for (let i = 0; i < SIDE; i++) sums[i + 1] = sums[i]! + values[start + i * step]!;
    for (let i = 0; i < SIDE; i++) {
      const begin = max(i - radius, 0);
      const end = min(i + radius + 1, SIDE);
      means[start + i * step] = (sums[end]! - sums[begin]!) / (end - begin);
    }
  }
  return means;
}

/** Pearson's correlation of two pictures' values; NaN when one of them is flat. */
export function correlationOf(a: Float32Array, b: Float32Array): number {
  let sumA = 0;
  let sumB = 0;
  for (let i = 0; i < a.length; i++) {
    sumA += a[i]!;
    sumB += b[i]!;
  }
  const meanA = sumA / a.length;
  const meanB = sumB / b.length;
  let products = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < a.length; i++) {
    const fromA = a[i]! - meanA;
    const fromB = b[i]! - meanB;
    products += fromA * fromB;
    squaresA += fromA * fromA;
    squaresB += fromB * fromB;
  }
  return products / Math.sqrt(squaresA * squaresB);
}
