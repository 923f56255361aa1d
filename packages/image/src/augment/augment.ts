import { InvalidArgumentError } from "@covidxr/core";
import { checkImage } from "../pixels/check-image.js";
import type { FloatImage, RgbImage } from "../pixels/images.js";
import type { AugmentationParameters } from "./sample-augmentation.js";

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
 * Warps a picture as Keras' ImageDataGenerator does: one affine map, bilinear between the four stored pixels around
 * the place an output pixel is fetched from, the nearest edge pixel outside the picture.
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
  for (const name of ["theta", "tx", "ty", "shear", "zx", "zy"] as const) {
    if (!Number.isFinite(parameters[name])) {
      throw new InvalidArgumentError({
        parameter: name,
        value: parameters[name],
        message: `expected a finite number, got ${parameters[name]}`,
      });
    }
  }
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
      // At the last row or column the weight of the neighbour is 0; it stands in for itself.
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
