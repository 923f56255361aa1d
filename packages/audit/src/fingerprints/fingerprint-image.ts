import { createHash } from "node:crypto";
import { InvalidArgumentError } from "@covidxr/core";
import type { RgbImage } from "@covidxr/image";
import type { Fingerprint } from "./fingerprint.js";
import { greyLevels, greyThumbnail } from "./grey-thumbnail.js";

/** A file whose picture was decoded. */
export interface DecodedFile {
  /** Path of the file, as the fingerprint shall name it. */
  readonly path: string;
  /** Content of the file. */
  readonly bytes: Uint8Array;
  readonly format: "jpeg" | "png";
  /** The picture in it, upright and at its full size. */
  readonly image: RgbImage;
}

/**
 * Takes the fingerprint of a decoded file. Grey values are the luma of ITU-R BT.601 (0.299 red + 0.587 green + 0.114
 * blue), computed in whole numbers: the same pixels give the same fingerprint on any machine.
 *
 * @throws {InvalidArgumentError} with parameter `"image"` when the pixels do not fit the size.
 */
export function fingerprintImage({ path, bytes, format, image }: DecodedFile): Fingerprint {
  checkImage(image);
  const levels = greyLevels(image);
  return {
    path,
    bytes: bytes.length,
    fileDigest: createHash("sha256").update(bytes).digest("hex"),
    // With the size, or turning a grey strip by 90° would not show.
    pixelDigest: createHash("sha256")
      .update(`${image.width}x${image.height}:`)
      .update(image.data)
      .digest("hex"),
    format,
    width: image.width,
    height: image.height,
    grey: isGrey(image),
    thumbnail: greyThumbnail(image),
    histogram: Float32Array.from(levels, (count) => count / (image.width * image.height)),
  };
}

function isGrey({ data }: RgbImage): boolean {
  for (let i = 0; i < data.length; i += 3) {
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false;
  }
  return true;
}

function checkImage({ width, height, data }: RgbImage): void {
  if (Number.isInteger(width) && width > 0 && Number.isInteger(height) && height > 0) {
    if (data.length === width * height * 3) return;
  }
  throw new InvalidArgumentError({
    parameter: "image",
    value: { width, height, length: data.length },
    message:
      `expected height * width * 3 values for sides of 1 or more, got ${data.length} for ` +
      `${width} × ${height}; pass the image as it was decoded`,
  });
}
