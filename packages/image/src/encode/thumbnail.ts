import { InvalidArgumentError } from "@covidxr/core";
import { checkImage } from "../pixels/check-image.js";
import type { GreyImage, RgbImage } from "../pixels/images.js";
import { encodeImage } from "./encode-image.js";
import { averageAreas } from "./thumbnail-pixels.js";

/** Size and quality of a thumbnail. */
export interface ThumbnailOptions {
  /**
   * Pixels of the longer side, an integer of 1 or more; the other side follows. A smaller image keeps its size.
   * @defaultValue {@link THUMBNAIL_DEFAULTS}.longestSide
   */
  readonly longestSide?: number;
  /** JPEG quality, an integer from 1 to 100. @defaultValue {@link THUMBNAIL_DEFAULTS}.quality */
  readonly quality?: number;
}

/** Values that {@link thumbnail} takes when none are given: marks stay visible, and a file has a few kilobytes. */
export const THUMBNAIL_DEFAULTS = { longestSide: 128, quality: 70 } as const;

/**
 * Writes a small picture of an image as the bytes of a JPEG file. Each pixel is the mean over the area that it covers,
 * so that thin lines and small text grow faint but do not vanish. The image is never enlarged; its aspect ratio is kept
 * to the nearest pixel. The same pixels give the same bytes on any machine.
 *
 * @throws {InvalidArgumentError} when `data` does not fit the size, or on a longest side or quality out of range.
 */
export async function thumbnail(
  image: RgbImage | GreyImage,
  options: ThumbnailOptions = {},
): Promise<Uint8Array> {
  const channels = checkImage(image, [1, 3]);
  const { longestSide = THUMBNAIL_DEFAULTS.longestSide, quality = THUMBNAIL_DEFAULTS.quality } = options;
  if (!Number.isInteger(longestSide) || longestSide < 1) {
    throw new InvalidArgumentError({
      parameter: "longestSide",
      value: longestSide,
      message: `expected an integer of 1 or more, got ${longestSide}`,
    });
  }
  const scale = Math.min(1, longestSide / Math.max(image.width, image.height));
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  const data = averageAreas(image, channels, height, width);
  return encodeImage({ width, height, data }, { format: "jpeg", quality });
}
