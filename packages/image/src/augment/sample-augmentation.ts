import { InvalidArgumentError, type Rng } from "@covidxr/core";
import { checkSide } from "../pixels/check-image.js";

/** How far a radiograph may be moved, with the meaning of Keras' ImageDataGenerator. */
export interface AugmentationRanges {
  /** Largest rotation either way, in degrees, 0 to 180. */
  readonly rotation: number;
  /** Largest shift across, as a fraction of the width, in [0, 1). */
  readonly widthShift: number;
  /** Largest shift down or up, as a fraction of the height, in [0, 1). */
  readonly heightShift: number;
  /** Largest shear angle either way, in degrees, in [0, 90). */
  readonly shear: number;
  /** Zoom factors lie in [1 - zoom, 1 + zoom], drawn for rows and columns apart; in [0, 1). */
  readonly zoom: number;
}

/**
 * One affine warp. It says where in the stored picture an output pixel is fetched, as Keras does: `zx` below 1
 * enlarges, and a positive `tx` moves the picture up.
 */
export interface AugmentationParameters {
  /** Rotation, in degrees. */
  readonly theta: number;
  /** Shift along the rows' axis (down), in pixels. */
  readonly tx: number;
  /** Shift along the columns' axis (across), in pixels. */
  readonly ty: number;
  /** Shear angle, in degrees. */
  readonly shear: number;
  /** Scale of the rows' axis; 1 leaves it. */
  readonly zx: number;
  /** Scale of the columns' axis; 1 leaves it. */
  readonly zy: number;
}

/** The ranges of the study. Its shear of 0.05 is in degrees, so all but none. */
export const STUDY_AUGMENTATION: AugmentationRanges = {
  rotation: 15,
  widthShift: 0.1,
  heightShift: 0.1,
  shear: 0.05,
  zoom: 0.05,
};

/**
 * Draws one warp as Keras does (`ImageDataGenerator.get_random_transform`): rotation, shift of the rows, shift of
 * the columns, shear, then zoom of rows and columns, each uniform over its range. A range of 0 takes no number.
 *
 * @param rng Stream keyed by the epoch and the image, so that one key gives one warp.
 * @param size Size of the picture that the warp is for, in pixels.
 * @param ranges @defaultValue {@link STUDY_AUGMENTATION}
 * @throws {InvalidArgumentError} on a range or size out of bounds.
 *
 * @example
 * ```ts
 * import { createRng } from "@covidxr/core";
 * import { sampleAugmentation } from "@covidxr/image";
 *
 * const rng = createRng(42, { purpose: "augmentation", epoch: 0, index: 7 });
 * const { theta, tx } = sampleAugmentation(rng, { height: 320, width: 382 });
 * console.log(theta.toFixed(3), tx.toFixed(3)); // 1.732 29.588
 * ```
 */
export function sampleAugmentation(
  rng: Rng,
  size: { readonly height: number; readonly width: number },
  ranges: AugmentationRanges = STUDY_AUGMENTATION,
): AugmentationParameters {
  checkSide("height", size.height);
  checkSide("width", size.width);
  checkRange("rotation", ranges.rotation, (value) => value <= 180, "from 0 to 180 degrees");
  checkRange("heightShift", ranges.heightShift, (value) => value < 1, "a fraction in [0, 1)");
  checkRange("widthShift", ranges.widthShift, (value) => value < 1, "a fraction in [0, 1)");
  checkRange("shear", ranges.shear, (value) => value < 90, "degrees in [0, 90)");
  checkRange("zoom", ranges.zoom, (value) => value < 1, "a fraction in [0, 1)");

  const around = (centre: number, range: number): number =>
    range === 0 ? centre : centre - range + 2 * range * rng.uniform();
  const theta = around(0, ranges.rotation);
  const tx = around(0, ranges.heightShift) * size.height;
  const ty = around(0, ranges.widthShift) * size.width;
  const shear = around(0, ranges.shear);
  const zx = around(1, ranges.zoom);
  const zy = around(1, ranges.zoom);
  return { theta, tx, ty, shear, zx, zy };
}

function checkRange(
  parameter: keyof AugmentationRanges,
  value: number,
  isBelowTop: (value: number) => boolean,
  expected: string,
): void {
  if (!(value >= 0 && isBelowTop(value))) {
    throw new InvalidArgumentError({ parameter, value, message: `expected ${expected}, got ${value}` });
  }
}
