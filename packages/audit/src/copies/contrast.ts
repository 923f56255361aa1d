import { type Fingerprint, THUMBNAIL_SIDE } from "../fingerprints/fingerprint.js";
import type { ImageWindow } from "./hash.js";

// Looked up once: used for each pixel.
const { max, min, sqrt } = Math;

const SIDE = THUMBNAIL_SIDE;
const PIXELS = SIDE * SIDE;

/**
 * Deviation of each grey value from the local mean, over the local spread. Removes brightness, contrast and gamma, and with
 * a small `radius` the anatomy common to all radiographs.
 *
 * @param radius Half side of the square around a pixel, in pixels of the thumbnail.
 * @param floor Spread, in grey levels, that counts as none, so that the noise of flat areas stays small.
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

/** Mean over the part of the square around each pixel that lies inside the image. */
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

/** Pearson correlation of two images; NaN when one of them is flat. */
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

/** Positions along a window's side: `rest` of the way from stored position `first` to the next. */
export interface Positions {
  readonly first: Int32Array;
  readonly rest: Float64Array;
}

/** Positions of {@link THUMBNAIL_SIDE} values over part of a side, extended by the edge values. */
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

/** Content of a window of an image, as {@link THUMBNAIL_SIDE}² values (bilinear). */
export function resample(image: ArrayLike<number>, window: ImageWindow): Float64Array {
  const xs = positionsIn(window.left, window.width);
  const ys = positionsIn(window.top, window.height);
  const values = new Float64Array(SIDE * SIDE);
  let to = 0;
  for (let i = 0; i < SIDE; i++) {
    const row = ys.first[i]! * SIDE;
    for (let j = 0; j < SIDE; j++) {
      const at = row + xs.first[j]!;
      const right = xs.rest[j]!;
      const upper = image[at]! + (image[at + 1]! - image[at]!) * right;
      const lower = image[at + SIDE]! + (image[at + SIDE + 1]! - image[at + SIDE]!) * right;
      values[to++] = upper + (lower - upper) * ys.rest[i]!;
    }
  }
  return values;
}

/** The mirror image, left to right. */
export function mirror(image: Uint8Array): Uint8Array {
  return image.map((_, i) => image[i - (i % SIDE) + SIDE - 1 - (i % SIDE)]!);
}

/** Half side of the square whose mean and spread are removed, in pixels of the thumbnail: ribs remain, lungs vanish. */
const CONTRAST_RADIUS = 4;
/** Spread, in grey levels, that counts as none. */
const CONTRAST_FLOOR = 4;
/** Most contrasts cached: 164 MB. */
const MOST_KEPT = 10_000;

/** The local contrast used for alignment: {@link localContrast} of a small square. */
export function comparedContrast(image: ArrayLike<number>): Float32Array {
  return localContrast(image, CONTRAST_RADIUS, CONTRAST_FLOOR);
}

/** Images with their contrasts, which are cached: an image is aligned with about a dozen others. */
export class ComparedImages {
  readonly #thumbnails: readonly Uint8Array[];
  readonly #mostKept: number;
  /** By twice the image's position, plus one for its mirror image; the oldest first. */
  readonly #contrasts = new Map<number, Float32Array>();

  /** @param mostKept Most contrasts cached at a time. */
  constructor(thumbnails: readonly Uint8Array[], mostKept: number = MOST_KEPT) {
    this.#thumbnails = thumbnails;
    this.#mostKept = mostKept;
  }

  /** The image, or its mirror image. */
  thumbnail(position: number, mirrored: boolean): Uint8Array {
    const thumbnail = this.#thumbnails[position]!;
    return mirrored ? mirror(thumbnail) : thumbnail;
  }

  /** {@link comparedContrast} of the image, or of its mirror image. */
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

/** Change of local contrast between neighbouring pixels of the thumbnail that counts as an edge or texture. */
const LEAST_SLOPE = 0.15;
/**
 * Proportion of an image that must have edges or texture. Of 296 real radiographs the lowest has 0.67 and half have at least
 * 0.92; all have at least 0.52 with a fifth of their contrast left, and at least 0.50 in a black frame of a tenth of the
 * sides. Steps (at most 0.20), ramps (0.37), discs and pairs of discs (0.44), rectangles (0.48), soft blobs (0.23) and
 * images of up to four pixels (0.27) are below; when drawn at random, up to half of their pairs match as well as copies.
 */
const LEAST_STRUCTURE = 0.5;
/**
 * Least length of the shorter side. Of 296 real radiographs reduced to 8 × 8 pixels, 66 pairs match as well as copies, most
 * of them different; at 16 × 16 pixels only the copies do.
 */
const LEAST_SIDE = 32;

/**
 * Whether an image has enough structure to be distinguished from others. A single outline, a step or a soft gradient easily
 * matches another one: a disc is a crop of any larger disc.
 */
export function hasStructure({ width, height, thumbnail }: Fingerprint): boolean {
  return Math.min(width, height) >= LEAST_SIDE && structureOf(thumbnail) >= LEAST_STRUCTURE;
}

/** Proportion of a thumbnail's area in which local contrast changes from pixel to pixel. */
export function structureOf(thumbnail: Uint8Array): number {
  const contrast = comparedContrast(thumbnail);
  let structured = 0;
  for (let row = 0; row < SIDE - 1; row++) {
    for (let at = row * SIDE; at < row * SIDE + SIDE - 1; at++) {
      // Over squares of four pixels, so that the mirror image has the same.
      const falling = contrast[at + SIDE + 1]! - contrast[at]!;
      const rising = contrast[at + 1]! - contrast[at + SIDE]!;
      const across = (falling + rising) / 2;
      const down = (falling - rising) / 2;
      if (across * across + down * down >= LEAST_SLOPE ** 2) structured++;
    }
  }
  return structured / (SIDE - 1) ** 2;
}
