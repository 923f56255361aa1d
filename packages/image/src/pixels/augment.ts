import type { Rng } from "@covidxr/core";
import { checkArguments, checkNumber, checkOptions, type OptionKinds } from "@covidxr/core/internal";
import { checkImage, checkSize, type FloatImage, type RgbImage } from "./image.js";

/** Ranges of random warps, with the meaning of Keras' ImageDataGenerator. */
export interface AugmentationRanges {
  /** Largest rotation either way, in degrees, 0 to 180. */
  readonly rotation: number;
  /** Largest shift across, as a fraction of the width, in [0, 1). */
  readonly widthShift: number;
  /** Largest shift down or up, as a fraction of the height, in [0, 1). */
  readonly heightShift: number;
  /** Largest shear angle either way, in degrees, in [0, 90). */
  readonly shear: number;
  /** Zoom factors lie in [1 - zoom, 1 + zoom], drawn separately for rows and columns; in [0, 1). */
  readonly zoom: number;
}

/**
 * One affine warp. It maps output pixels to stored ones, as Keras does: `zx` below 1 enlarges, and a positive `tx`
 * moves the image up.
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

const RANGES: OptionKinds<AugmentationRanges> = {
  ...{ rotation: "number", widthShift: "number", heightShift: "number" },
  ...{ shear: "number", zoom: "number" },
};

const PARAMETERS: OptionKinds<AugmentationParameters> = {
  ...{ theta: "number", tx: "number", ty: "number" },
  ...{ shear: "number", zx: "number", zy: "number" },
};

/**
 * Draws one warp as Keras does (`ImageDataGenerator.get_random_transform`): rotation, shift of the rows, shift of
 * the columns, shear, then zoom of rows and columns, each uniform over its range. A range of 0 takes no number.
 *
 * @param rng Stream keyed by the epoch and the image, so that one key gives one warp.
 * @param size Size of the image, in pixels.
 * @throws {InvalidArgumentError} on a range or size out of bounds.
 *
 * @example
 * ```ts
 * import { createRng } from "@covidxr/core";
 * import { sampleAugmentation } from "@covidxr/image";
 *
 * const rng = createRng(42, { purpose: "augmentation", epoch: 0, index: 7 });
 * const ranges = { rotation: 15, widthShift: 0.1, heightShift: 0.1, shear: 0.05, zoom: 0.05 };
 * const { theta, tx } = sampleAugmentation(rng, { height: 320, width: 382 }, ranges);
 * console.log(theta.toFixed(3), tx.toFixed(3)); // 1.732 29.588
 * ```
 */
export function sampleAugmentation(
  rng: Rng,
  size: { readonly height: number; readonly width: number },
  ranges: AugmentationRanges,
): AugmentationParameters {
  checkArguments({ rng, size }, { rng: "object", size: "object" });
  checkArguments({ "rng.uniform": rng.uniform }, { "rng.uniform": "function" });
  checkOptions(ranges, RANGES, "ranges");
  checkSize(size);
  checkNumber("rotation", ranges.rotation, { min: 0, max: 180 });
  checkNumber("heightShift", ranges.heightShift, { min: 0, below: 1 });
  checkNumber("widthShift", ranges.widthShift, { min: 0, below: 1 });
  checkNumber("shear", ranges.shear, { min: 0, below: 90 });
  checkNumber("zoom", ranges.zoom, { min: 0, below: 1 });

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

/** Where an output pixel is fetched: row and column are linear in the output's row and column. */
interface AffineMap {
  readonly rowPerRow: number;
  readonly rowPerColumn: number;
  readonly columnPerRow: number;
  readonly columnPerColumn: number;
  readonly row: number;
  readonly column: number;
}

/**
 * Warps an image as Keras' ImageDataGenerator does: one affine map, bilinear between the four stored pixels around
 * the place an output pixel is fetched from, the nearest edge pixel outside the image.
 *
 * The map from output to stored coordinates is rotation · shift · shear · zoom (the zoom acts first) about the
 * centre (height / 2 - 0.5, width / 2 - 0.5), as in `keras_preprocessing.image.apply_affine_transform`.
 *
 * @param image Pixels of 0 to 255. Rounding happens nowhere: the result is real-valued.
 * @returns New values in the range of the input, row-major [H, W, 3].
 * @throws {InvalidArgumentError} when `data` does not fit the size, or a parameter is not finite.
 */
export function augment(image: RgbImage | FloatImage, parameters: AugmentationParameters): Float32Array {
  checkImage(image, [3]);
  checkOptions(parameters, PARAMETERS, "parameters");
  for (const name of ["theta", "tx", "ty", "shear", "zx", "zy"] as const) checkNumber(name, parameters[name]);
  const { height, width, data } = image;
  const map = affineMap(parameters, height, width);
  const lastRow = height - 1;
  const lastColumn = width - 1;
  const warped = new Float32Array(height * width * 3);
  let to = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 3) {
      const row = clamp(map.rowPerRow * y + map.rowPerColumn * x + map.row, lastRow);
      const column = clamp(map.columnPerRow * y + map.columnPerColumn * x + map.column, lastColumn);
      const top = Math.floor(row);
      const left = Math.floor(column);
      const below = row - top;
      const right = column - left;
      // At the last row or column the weight of the neighbour is 0; the pixel itself takes its place.
      const down = top < lastRow ? width * 3 : 0;
      const across = left < lastColumn ? 3 : 0;
      const topLeft = (1 - below) * (1 - right);
      const topRight = (1 - below) * right;
      const bottomLeft = below * (1 - right);
      const bottomRight = below * right;
      const from = (top * width + left) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const corner = from + channel;
        warped[to + channel] =
          data[corner]! * topLeft +
          data[corner + across]! * topRight +
          data[corner + down]! * bottomLeft +
          data[corner + down + across]! * bottomRight;
      }
    }
  }
  return warped;
}

function affineMap(parameters: AugmentationParameters, height: number, width: number): AffineMap {
  const { theta, tx, ty, shear, zx, zy } = parameters;
  const cos = Math.cos(radians(theta));
  const sin = Math.sin(radians(theta));
  const shearSin = Math.sin(radians(shear));
  const shearCos = Math.cos(radians(shear));
  const rowPerRow = cos * zx;
  const rowPerColumn = (-cos * shearSin - sin * shearCos) * zy;
  const columnPerRow = sin * zx;
  const columnPerColumn = (cos * shearCos - sin * shearSin) * zy;
  const centreRow = height / 2 - 0.5;
  const centreColumn = width / 2 - 0.5;
  return {
    rowPerRow,
    rowPerColumn,
    columnPerRow,
    columnPerColumn,
    row: cos * tx - sin * ty + centreRow - rowPerRow * centreRow - rowPerColumn * centreColumn,
    column: sin * tx + cos * ty + centreColumn - columnPerRow * centreRow - columnPerColumn * centreColumn,
  };
}

function clamp(value: number, last: number): number {
  return value < 0 ? 0 : Math.min(value, last);
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
