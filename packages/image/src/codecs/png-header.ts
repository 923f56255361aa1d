import { ImageError } from "@covidxr/core";
import { exifOrientation, type PngHeader } from "./image-header.js";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Length, type and checksum around a chunk's content. */
const CHUNK_OVERHEAD = 12;
const IHDR_BYTES = 13;
const MAX_SIDE = 2 ** 31 - 1; // PNG specification, section 11.2.1
/** Bit depths allowed for each colour type (PNG specification, table 11.1). */
const BIT_DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/** Where a PNG's pixels are and how to turn them. */
interface PngStructure {
  /** EXIF orientation, 1 to 8; 1 when absent or unreadable. */
  readonly orientation: number;
  /** The file up to its last chunk, without its chunk of transparent colours. */
  readonly opaque: Uint8Array;
  /** Whether there was such a chunk, so that some pixels may be transparent. */
  readonly marksTransparency: boolean;
  /** Images of an animation; 1 of any other file. */
  readonly frames: number;
}

/** Whether `bytes` start as a PNG file does. */
export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((value, i) => bytes[i] === value);
}

/**
 * Reads a PNG's first chunk.
 *
 * @throws {ImageError} with reason `"truncated"` when the bytes end within it, `"corrupt"` when it is broken.
 */
export function readPngHeader(bytes: Uint8Array, name: string): PngHeader {
  if (bytes.length < SIGNATURE.length + CHUNK_OVERHEAD + IHDR_BYTES) throw truncated(bytes, name);
  const view = viewOf(bytes);
  const start = SIGNATURE.length;
  if (view.getUint32(start) !== IHDR_BYTES || chunkType(bytes, start) !== "IHDR") {
    throw corrupt(name, "no header chunk");
  }
  const width = view.getUint32(start + 8);
  const height = view.getUint32(start + 12);
  const bitDepth = bytes[start + 16]!;
  const colourType = bytes[start + 17]!;
  const isValid =
    width >= 1 &&
    height >= 1 &&
    width <= MAX_SIDE &&
    height <= MAX_SIDE &&
    BIT_DEPTHS[colourType]?.includes(bitDepth);
  if (!isValid) {
    throw corrupt(name, `${width} × ${height} with colour type ${colourType} and bit depth ${bitDepth}`);
  }
  return { format: "png", width, height, bitDepth, hasAlpha: colourType >= 4 };
}

/**
 * Walks the chunks to the last one. Transparency (tRNS) is left out, because a decoder may blank the colours that
 * it marks, and so are bytes after the end, which some viewers write and not every decoder forgives.
 *
 * @throws {ImageError} with reason `"truncated"` when the bytes end before the last chunk.
 */
export function readPngStructure(bytes: Uint8Array, name: string): PngStructure {
  const view = viewOf(bytes);
  const kept: Uint8Array[] = [];
  let orientation = 1;
  let frames = 1;
  let from = 0;
  for (let offset = SIGNATURE.length; ; ) {
    if (offset + CHUNK_OVERHEAD > bytes.length) throw truncated(bytes, name);
    const end = offset + CHUNK_OVERHEAD + view.getUint32(offset);
    if (end > bytes.length) throw truncated(bytes, name);
    const type = chunkType(bytes, offset);
    if (type === "eXIf") orientation = exifOrientation(bytes.subarray(offset + 8, end - 4));
    if (type === "acTL" && end - offset >= CHUNK_OVERHEAD + 4) frames = view.getUint32(offset + 8);
    if (type === "tRNS") {
      kept.push(bytes.subarray(from, offset));
      from = end;
    }
    if (type === "IEND") {
      kept.push(bytes.subarray(from, end));
      const marksTransparency = kept.length > 1;
      const opaque = marksTransparency ? Buffer.concat(kept) : kept[0]!;
      return { orientation, opaque, marksTransparency, frames };
    }
    offset = end;
  }
}

function chunkType(bytes: Uint8Array, offset: number): string {
  return String.fromCharCode(...bytes.subarray(offset + 4, offset + 8));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function corrupt(name: string, found: string): ImageError {
  return new ImageError({
    image: name,
    reason: "corrupt",
    message: `expected a readable PNG, got ${found}; fetch the file again`,
  });
}

/** Bytes that run out although the last chunk is there are not cut short: a length inside them is wrong. */
function truncated(bytes: Uint8Array, name: string): ImageError {
  if (bytes.length >= CHUNK_OVERHEAD && chunkType(bytes, bytes.length - CHUNK_OVERHEAD) === "IEND") {
    return corrupt(name, "a chunk longer than the file");
  }
  return new ImageError({
    image: name,
    reason: "truncated",
    message: `expected a PNG up to its last chunk, got ${bytes.length} bytes without it; fetch the file again`,
  });
}
