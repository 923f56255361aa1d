/**
 * How two files show the same picture.
 *
 * - `file`: the same bytes.
 * - `pixels`: the same decoded pixels in other bytes.
 * - `similar`: other pixels, such as a rescaled, recompressed, cropped or mirrored copy.
 */
export type CopyKind = "file" | "pixels" | "similar";

/** Part of a picture; all numbers are shares of its sides, from 0 to 1. */
export interface ImageWindow {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Two files that show the same picture. */
export interface CopyPair {
  /** Paths, `first` before `second` in the order of the fingerprints. */
  readonly first: string;
  readonly second: string;
  readonly kind: CopyKind;
  /**
   * Bits in which the perceptual hashes (signs of low-frequency cosine coefficients) differ when the two are laid over each
   * other, of {@link HASH_BITS}; 0 for equal pixels.
   */
  readonly distance: number;
  /**
   * Correlation of the two, laid over each other, from -1 to 1; 1 for equal pixels. It is of the local contrast, in which
   * brightness and the anatomy that all radiographs share count for little, so that different radiographs stay far below 1.
   */
  readonly correlation: number;
  /** Whether one is the mirror image (left to right) of the other. */
  readonly mirrored: boolean;
  /**
   * Whose picture is a part of the other's, and where in the other's it lies (as that is stored, not mirrored); null where
   * both show the same field to one hundredth of a side.
   */
  readonly crop: { readonly of: "first" | "second"; readonly window: ImageWindow } | null;
}

/** Bits of a perceptual hash. */
export const HASH_BITS = 128;
