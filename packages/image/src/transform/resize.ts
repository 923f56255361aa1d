import { InvalidArgumentError } from "@covidxr/core";
import { checkImage, checkSide } from "../pixels/check-image.js";
import type { RgbImage } from "../pixels/images.js";
import { resizeBilinear } from "./resize-bilinear.js";
import { resizeNearest } from "./resize-nearest.js";

/** How a resized pixel is made of stored ones. */
export type ResizeMethod = "nearest" | "bilinear";

/** Size and method of {@link resize}. */
export interface ResizeOptions {
  /** Rows of the result. */
  readonly height: number;
  /** Columns of the result. */
  readonly width: number;
  /**
   * `"nearest"` takes the stored pixel under the centre of the new one; `"bilinear"` weighs all stored pixels within
   * one new pixel's distance (a triangle that widens when the image shrinks, so it smooths).
   */
  readonly method: ResizeMethod;
}

/**
 * Resizes as Pillow does, bit for bit (`Image.resize` with `NEAREST` or `BILINEAR`, no box, no reducing gap): the
 * resize behind Keras' `load_img`. The aspect ratio is not kept.
 *
 * @throws {InvalidArgumentError} when `data` does not fit the size, or on a side or method out of range.
 */
export function resize(image: RgbImage, options: ResizeOptions): RgbImage {
  const { height, width, method } = options;
  checkImage(image, [3]);
  checkSide("height", height);
  checkSide("width", width);
  switch (method) {
    case "nearest":
      return resizeNearest(image, height, width);
    case "bilinear":
      return resizeBilinear(image, height, width);
    default:
      throw new InvalidArgumentError({
        parameter: "method",
        value: method,
        message: `expected "nearest" or "bilinear", got ${JSON.stringify(method)}`,
      });
  }
}
