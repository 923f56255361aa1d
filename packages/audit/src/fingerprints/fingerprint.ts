import type { RgbImage } from "@covidxr/image";

/** Sides of {@link Fingerprint.thumbnail}, in pixels. */
export const THUMBNAIL_SIDE = 64;

/** Identifies an image file, its pixels and its appearance. */
export interface Fingerprint {
  /** Path of the file, as the caller named it. */
  readonly path: string;
  /** Length of the file. */
  readonly bytes: number;
  /** SHA-256 of the file's bytes, in hexadecimal digits. */
  readonly fileDigest: string;
  /** SHA-256 of size and decoded pixels: equal for one image in two lossless files. */
  readonly pixelDigest: string;
  readonly format: "jpeg" | "png";
  /** What the file leaves out, as a sentence; absent of a complete file. */
  readonly incomplete?: string;
  /** Columns of the upright image. */
  readonly width: number;
  /** Rows of the upright image. */
  readonly height: number;
  /** Whether red, green and blue are equal in every pixel. */
  readonly grey: boolean;
  /**
   * 64 × 64 grey values (luma of ITU-R BT.601), row-major: each is the mean over its area of the image, whose aspect ratio
   * is not kept.
   */
  readonly thumbnail: Uint8Array;
  /** Proportion of pixels at each of the 256 grey levels; sums to 1. */
  readonly histogram: Float32Array;
}

// Weights of ITU-R BT.601 in thousandths: sums of integers are exact. The largest image that decodeImage accepts uses
// 1/300 of the range up to 2^53.
const RED = 299;
const GREEN = 587;
const BLUE = 114;
const LUMA_UNITS = RED + GREEN + BLUE;

/** Stored positions under one position of the thumbnail, and how much of each. */
interface Cover {
  readonly first: number;
  /** Overlaps in units of 1 / {@link THUMBNAIL_SIDE} stored pixels; they sum to the stored side. */
  readonly overlaps: Float64Array;
}

/**
 * Mean luma of {@link THUMBNAIL_SIDE}² equal areas of an image, row-major, rounded to the nearest integer (half up). Pixels
 * that lie partly in an area count in proportion; an image smaller than the thumbnail is magnified.
 */
export function greyThumbnail({ width, height, data }: RgbImage): Uint8Array {
  const side = THUMBNAIL_SIDE;
  const rows = covers(height);
  const columns = covers(width);
  const thumbnail = new Uint8Array(side * side);
  const sums = new Float64Array(width);
  const units = width * height * LUMA_UNITS;
  let to = 0;
  for (const row of rows) {
    sums.fill(0);
    let from = row.first * width * 3;
    for (const overlap of row.overlaps) {
      for (let x = 0; x < width; x++, from += 3) {
        sums[x]! += overlap * (RED * data[from]! + GREEN * data[from + 1]! + BLUE * data[from + 2]!);
      }
    }
    for (const { first, overlaps } of columns) {
      let sum = 0;
      for (let k = 0; k < overlaps.length; k++) sum += sums[first + k]! * overlaps[k]!;
      thumbnail[to++] = Math.floor(sum / units + 0.5);
    }
  }
  return thumbnail;
}

/** Number of pixels at each of the 256 grey levels (luma rounded to the nearest integer, half up). */
export function greyLevels({ data }: RgbImage): Uint32Array {
  const floor = Math.floor;
  const counts = new Uint32Array(256);
  for (let i = 0; i < data.length; i += 3) {
    const luma = RED * data[i]! + GREEN * data[i + 1]! + BLUE * data[i + 2]!;
    counts[floor(luma / LUMA_UNITS + 0.5)]!++;
  }
  return counts;
}

function covers(stored: number): Cover[] {
  const side = THUMBNAIL_SIDE;
  return Array.from({ length: side }, (_, i) => {
    // In units of 1 / side stored pixels, an area is `stored` long and a stored pixel `side`.
    const begin = i * stored;
    const end = begin + stored;
    const first = Math.floor(begin / side);
    const overlaps = Float64Array.from({ length: Math.ceil(end / side) - first }, (_, k) => {
      const at = (first + k) * side;
      return Math.min(end, at + side) - Math.max(begin, at);
    });
    return { first, overlaps };
  });
}
