import { InvalidArgumentError } from "@covidxr/core";
import { checkArguments, describeValue } from "@covidxr/core/internal";

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
