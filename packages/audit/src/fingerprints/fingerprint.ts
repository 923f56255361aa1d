/** Sides of {@link Fingerprint.thumbnail}, in pixels. */
export const THUMBNAIL_SIDE = 64;

/** What tells an image file, its pixels and its looks from those of others. */
export interface Fingerprint {
  /** Path of the file, as the caller named it. */
  readonly path: string;
  /** Length of the file. */
  readonly bytes: number;
  /** SHA-256 of the file's bytes, in hexadecimal digits. */
  readonly fileDigest: string;
  /** SHA-256 of size and decoded pixels: equal for one picture in two lossless files. */
  readonly pixelDigest: string;
  readonly format: "jpeg" | "png";
  /** Columns of the upright picture. */
  readonly width: number;
  /** Rows of the upright picture. */
  readonly height: number;
  /** Whether red, green and blue are equal in every pixel. */
  readonly grey: boolean;
  /**
   * {@link THUMBNAIL_SIDE}² grey values (luma of ITU-R BT.601), row-major: each the mean over its area of the picture, whose
   * aspect ratio is not kept.
   */
  readonly thumbnail: Uint8Array;
  /** Share of the pixels at each of the 256 grey levels; sums to 1. */
  readonly histogram: Float32Array;
}
