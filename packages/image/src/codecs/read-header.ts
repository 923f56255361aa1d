import { ImageError, InvalidArgumentError } from "@covidxr/core";
import { checkArguments, describeValue } from "@covidxr/core/internal";
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
      message: `expected the file's bytes as a Uint8Array, got ${describeValue(bytes)}; read the file first`,
    });
  }
  checkArguments({ name }, { name: "string" });
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
    message: `expected a JPEG or PNG file, got ${describeFormat(bytes)}; ${remedyOf(bytes)}`,
  });
}

/** Formats in which radiographs come, by their first bytes. */
const OTHER_FORMATS: readonly (readonly [name: string, at: number, start: string])[] = [
  ["a DICOM file", 128, "DICM"],
  ["a TIFF file", 0, "II*\0"],
  ["a TIFF file", 0, "MM\0*"],
  ["a GIF file", 0, "GIF8"],
  ["a BMP file", 0, "BM"],
  ["a WebP file", 8, "WEBP"],
  ["a JPEG 2000 file", 0, "\0\0\0\x0cjP  "],
  ["a gzip file, perhaps NIfTI", 0, "\x1f\x8b"],
  ["a PDF file", 0, "%PDF"],
];

function describeFormat(bytes: Uint8Array): string {
  const known = OTHER_FORMATS.find(([, at, start]) => textAt(bytes, at, start.length) === start);
  return known?.[0] ?? `one that starts with ${firstBytes(bytes)}`;
}

function remedyOf(bytes: Uint8Array): string {
  return textAt(bytes, 128, 4) === "DICM"
    ? "convert it to PNG with its window applied, and with MONOCHROME1 inverted, so that air is black"
    : "convert it to PNG";
}

function textAt(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
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
