import { InvalidArgumentError } from "@covidxr/core";
import type { GreyImage } from "@covidxr/image";

/**
 * The two ellipses of {@link lungEllipses}, in shares of the picture's sides: distance of their centres from the
 * midline, height of their centres, half axes. Chosen by eye on the published study's radiographs (48 single ones and the
 * means of both sources) so that the lungs lie inside even where the picture is cropped close. What sticks out in a few
 * are apices and outer corners.
 */
export const LUNG_ELLIPSES = {
  fromMidline: 0.22,
  centreHeight: 0.5,
  halfWidth: 0.26,
  halfHeight: 0.46,
} as const;

/**
 * Mask of where the lungs are in a frontal chest radiograph that fills its picture: 255 inside two generous ellipses
 * ({@link LUNG_ELLIPSES}), 0 outside, symmetric. It is the same for every picture of a size, so that the mask itself
 * tells nothing; in return it covers the heart and more, about three quarters of the picture.
 *
 * @param width Columns.
 * @param height Rows.
 * @throws {InvalidArgumentError} on a side that is no integer of 1 or more.
 */
export function lungEllipses(width: number, height: number): GreyImage {
  for (const [parameter, value] of [["width", width] as const, ["height", height] as const]) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new InvalidArgumentError({
      parameter,
      value,
      message: `expected an integer of 1 or more, got ${value}`,
    });
  }
  const { fromMidline, centreHeight, halfWidth, halfHeight } = LUNG_ELLIPSES;
  const data = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const vertical = ((row + 0.5) / height - centreHeight) / halfHeight;
    for (let column = 0; column < width; column++) {
      // The distance from the midline serves both ellipses, and keeps the mask symmetric to the bit.
      const distance = Math.abs(2 * column + 1 - width) / (2 * width);
      const horizontal = (distance - fromMidline) / halfWidth;
      if (horizontal ** 2 + vertical ** 2 <= 1) data[row * width + column] = 255;
    }
  }
  return { width, height, data };
}
