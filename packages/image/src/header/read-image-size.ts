import { readHeader } from "./read-header.js";

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
 * frame header for a JPEG, which may stand behind 64 KiB or more of annotations).
 *
 * @param name Path or name of the file, for the error.
 * @throws {ImageError} with reason `"empty"`, `"unsupported-format"`, `"truncated"` or `"corrupt"`.
 */
export function readImageSize(bytes: Uint8Array, name: string): ImageSize {
  const { width, height, format } = readHeader(bytes, name);
  return { width, height, format };
}
