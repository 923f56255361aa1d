import { InvalidArgumentError } from "@covidxr/core";
import { checkArguments, checkInteger, describeValue, formatBytes } from "@covidxr/core/internal";

/** Pixels of an upright radiograph: eight bits a channel, red, green, blue. */
export interface RgbImage {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** `height * width * 3` values, row-major, channels last. */
  readonly data: Uint8Array;
}

/** Pixels with one channel of eight bits. */
export interface GreyImage {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** `height * width` values, row-major. */
  readonly data: Uint8Array;
}

/** Pixels of 0 to 255 that need not be whole numbers. */
export interface FloatImage {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** `height * width * 3` values, row-major, channels last. */
  readonly data: Float32Array;
}

/**
 * Checks that `image` has whole sides of at least one pixel and data of exactly that size.
 *
 * @param channels Channel counts that the caller accepts.
 * @returns The channel count found.
 * @throws {InvalidArgumentError} with parameter `"image"` otherwise.
 */
export function checkImage(
  image: { readonly width: number; readonly height: number; readonly data: ArrayLike<number> },
  channels: readonly number[],
): number {
  checkArguments({ image }, { image: "object" });
  const { width, height, data } = image;
  checkArguments({ "image.data": data }, { "image.data": "array" });
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw new InvalidArgumentError({
      parameter: "image",
      value: { width, height },
      message: `expected width and height of 1 or more, got ${describeValue(width)} × ${describeValue(height)}`,
    });
  }
  const found = data.length / (width * height);
  if (!channels.includes(found)) {
    throw new InvalidArgumentError({
      parameter: "image",
      value: { width, height, length: data.length },
      message:
        `expected ${channels.map((count) => `height * width * ${count}`).join(" or ")} values for ` +
        `${width} × ${height}, got ${data.length}`,
    });
  }
  return found;
}

/** The longest side of a JPEG, and of what is made here. */
export const SIDE_LIMIT = 65_535;
/** Most bytes of an image's pixels: what one array may surely have, in a browser too. */
const BYTE_LIMIT = 2 ** 31;

/**
 * Checks the size of an RGB image that is about to be made.
 *
 * @throws {InvalidArgumentError} (`height`, `width`) on a side that is no whole number from `min` to 65,535, or pixels of more
 *   than 2 GiB.
 */
export function checkSize(
  { height, width }: { readonly height: number; readonly width: number },
  { min = 1 }: { readonly min?: number } = {},
): void {
  checkInteger("height", height, { min, max: SIDE_LIMIT });
  checkInteger("width", width, { min, max: SIDE_LIMIT });
  const bytes = height * width * 3;
  if (bytes <= BYTE_LIMIT) return;
  throw new InvalidArgumentError({
    parameter: "height",
    value: height,
    message: `expected at most ${formatBytes(BYTE_LIMIT)} of pixels, got ${height} × ${width}, which take ${formatBytes(bytes)}; choose a smaller size`,
  });
}
