import { type Fingerprint, THUMBNAIL_SIDE } from "../fingerprints/fingerprint.js";
import type { ImageWindow } from "./hash.js";

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

/** Where the positions of a window's side lie: `rest` of the way from stored position `first` to the next. */
export interface Positions {
  readonly first: Int32Array;
  readonly rest: Float64Array;
}

/** Positions of {@link THUMBNAIL_SIDE} values over a part of a side; beyond the outermost values these go on. */
export function positionsIn(begin: number, length: number): Positions {
  const first = new Int32Array(SIDE);
  const rest = new Float64Array(SIDE);
  for (let i = 0; i < SIDE; i++) {
    const at = Math.min(Math.max((begin + (length * (i + 0.5)) / SIDE) * SIDE - 0.5, 0), SIDE - 1);
    first[i] = Math.min(Math.floor(at), SIDE - 2);
    rest[i] = at - first[i]!;
  }
  return { first, rest };
}

/** What is seen of a picture in a window, as {@link THUMBNAIL_SIDE}² values (bilinear). */
export function resample(picture: ArrayLike<number>, window: ImageWindow): Float64Array {
  const xs = positionsIn(window.left, window.width);
  const ys = positionsIn(window.top, window.height);
  const values = new Float64Array(SIDE * SIDE);
  let to = 0;
  for (let i = 0; i < SIDE; i++) {
    const row = ys.first[i]! * SIDE;
    for (let j = 0; j < SIDE; j++) {
      const at = row + xs.first[j]!;
      const right = xs.rest[j]!;
      const upper = picture[at]! + (picture[at + 1]! - picture[at]!) * right;
      const lower = picture[at + SIDE]! + (picture[at + SIDE + 1]! - picture[at + SIDE]!) * right;
      values[to++] = upper + (lower - upper) * ys.rest[i]!;
    }
  }
  return values;
}

/** The mirror image, left to right. */
export function mirror(picture: Uint8Array): Uint8Array {
  return picture.map((_, i) => picture[i - (i % SIDE) + SIDE - 1 - (i % SIDE)]!);
}

/** Half side of the square whose mean and spread are taken away, in pixels of the thumbnail: ribs stay, lungs go. */
const CONTRAST_RADIUS = 4;
/** Spread, in grey levels, that counts as none. */
const CONTRAST_FLOOR = 4;
/** Contrasts kept: 164 MB. */
const MOST_KEPT = 10_000;

/** The local contrast in which pictures are laid over each other; {@link localContrast} of a small square. */
export function comparedContrast(picture: ArrayLike<number>): Float32Array {
  return localContrast(picture, CONTRAST_RADIUS, CONTRAST_FLOOR);
}

/** Pictures with their contrasts, which are kept: a picture is laid over about a dozen others. */
export class ComparedImages {
  readonly #thumbnails: readonly Uint8Array[];
  readonly #mostKept: number;
  /** By twice the picture's position, and one more for its mirror image; the oldest first. */
  readonly #contrasts = new Map<number, Float32Array>();

  /** @param mostKept How many contrasts are kept at a time. */
  constructor(thumbnails: readonly Uint8Array[], mostKept: number = MOST_KEPT) {
    this.#thumbnails = thumbnails;
    this.#mostKept = mostKept;
  }

  /** The picture, or its mirror image. */
  thumbnail(position: number, mirrored: boolean): Uint8Array {
    const thumbnail = this.#thumbnails[position]!;
    return mirrored ? mirror(thumbnail) : thumbnail;
  }

  /** {@link comparedContrast} of the picture, or of its mirror image. */
  contrast(position: number, mirrored: boolean): Float32Array {
    const key = 2 * position + (mirrored ? 1 : 0);
    const kept = this.#contrasts.get(key);
    if (kept !== undefined) return kept;
    const contrast = comparedContrast(this.thumbnail(position, mirrored));
    for (const oldest of this.#contrasts.keys()) {
      if (this.#contrasts.size < this.#mostKept) break;
      this.#contrasts.delete(oldest);
    }
    this.#contrasts.set(key, contrast);
    return contrast;
  }
}

/** Change of local contrast from one pixel of the thumbnail to the next that counts as an edge or texture. */
const LEAST_SLOPE = 0.15;
/**
 * Share of a picture that must hold edges or texture. Of 296 real radiographs the least has 0.67, half of them 0.92 and
 * more; with a fifth of their contrast left all have 0.52 and more, in a black frame of a tenth of the sides 0.50 and more.
 * Below lie steps (0.20 and less), ramps (0.37), discs and pairs of discs (0.44), rectangles (0.48), soft blobs (0.23) and
 * pictures of up to four pixels (0.27). Of those drawn at random up to every second pair fitted as well as copies do.
 */
const LEAST_STRUCTURE = 0.5;
/**
 * Pixels of the shorter side. Of 296 real radiographs shrunk to 8 × 8 pixels, 66 pairs fit as well as copies do, most of
 * them different ones; at 16 × 16 pixels only those that are copies.
 */
const LEAST_SIDE = 32;

/**
 * Whether there is enough in a picture to tell it from others. A single outline, a step or a soft gradient is soon fitted
 * by another one: a disc is a part of any larger disc.
 */
export function hasStructure({ width, height, thumbnail }: Fingerprint): boolean {
  return Math.min(width, height) >= LEAST_SIDE && structureOf(thumbnail) >= LEAST_STRUCTURE;
}

/** Share of a thumbnail's area in which its local contrast changes from pixel to pixel, from 0 to 1. */
export function structureOf(thumbnail: Uint8Array): number {
  const contrast = comparedContrast(thumbnail);
  let structured = 0;
  for (let row = 0; row < SIDE - 1; row++) {
    for (let at = row * SIDE; at < row * SIDE + SIDE - 1; at++) {
      // Over squares of four pixels, so that a mirror image has as much.
      const falling = contrast[at + SIDE + 1]! - contrast[at]!;
      const rising = contrast[at + 1]! - contrast[at + SIDE]!;
      const across = (falling + rising) / 2;
      const down = (falling - rising) / 2;
      if (across * across + down * down >= LEAST_SLOPE ** 2) structured++;
    }
  }
  return structured / (SIDE - 1) ** 2;
}
