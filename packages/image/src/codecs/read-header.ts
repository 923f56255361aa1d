import { ImageError, InvalidArgumentError } from "@covidxr/core";
import type { ImageHeader } from "./image-header.js";
import { isJpeg, readJpegHeader } from "./jpeg-header.js";
import { isPng, readPngHeader } from "./png-header.js";

/**
 * Recognises a file by its first bytes, whatever it is called, and reads its header.
 *
 * @throws {ImageError} with reason `"empty"`, `"unsupported-format"`, `"truncated"` or `"corrupt"`.
 * @throws {InvalidArgumentError} when `bytes` is not a `Uint8Array`.
 */
export function readHeader(bytes: Uint8Array, name: string): ImageHeader {
  if (!(bytes instanceof Uint8Array)) {
    throw new InvalidArgumentError({
      parameter: "bytes",
      value: bytes,
      message: `expected the file's bytes as a Uint8Array, got ${typeof bytes}; read the file first`,
    });
  }
  if (bytes.length === 0) {
    throw new ImageError({
      image: name,
      reason: "empty",
      message: "expected a JPEG or PNG file, got no bytes; fetch the file again",
    });
  }
  if (isJpeg(bytes)) return readJpegHeader(bytes, name);
  if (isPng(bytes)) return readPngHeader(bytes, name);
  throw new ImageError({
    image: name,
    reason: "unsupported-format",
    message: `expected a JPEG or PNG file, got one that starts with ${firstBytes(bytes)}; convert it to PNG`,
  });
}

function firstBytes(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/** Size of an image file as it is stored, before any EXIF orientation. */
export interface ImageSize {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  readonly format: "jpeg" | "png";
}

/**
 * Reads the size of a JPEG or PNG from its header. The first bytes of a file are enough (33 for a PNG; up to the
 * frame header for a JPEG, which may follow 64 KiB or more of annotations).
 *
 * @param name Path or name of the file, for the error.
 * @throws {ImageError} with reason `"empty"`, `"unsupported-format"`, `"truncated"` or `"corrupt"`.
 */
export function readImageSize(bytes: Uint8Array, name: string): ImageSize {
  const { width, height, format } = readHeader(bytes, name);
  return { width, height, format };
}
