import { promisify } from "node:util";
import { inflate } from "node:zlib";
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

/** Values of a pixel for each colour type. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Where a PNG's pixels are and how to turn them. */
interface PngStructure {
  /** EXIF orientation, 1 to 8; 1 when absent or unreadable. */
  readonly orientation: number;
  /** The file with the chunks alone that its pixels need: no transparency, text or profile. */
  readonly opaque: Uint8Array;
  /** Whether there was a chunk of transparent colours, so that some pixels may be transparent. */
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
  const interlacing = bytes[start + 20]!;
  const isValid =
    width >= 1 &&
    height >= 1 &&
    width <= MAX_SIDE &&
    height <= MAX_SIDE &&
    interlacing <= 1 &&
    BIT_DEPTHS[colourType]?.includes(bitDepth);
  if (!isValid) {
    throw corrupt(
      name,
      `${width} × ${height} with colour type ${colourType}, bit depth ${bitDepth} and interlacing ${interlacing}`,
    );
  }
  return {
    ...{ format: "png", width, height, bitDepth },
    channels: CHANNELS[colourType]!,
    hasAlpha: colourType >= 4,
    isInterlaced: interlacing === 1,
  };
}

/** Bit of a chunk type's first letter that is set where an image can be shown without the chunk (section 5.4). */
const ANCILLARY = 0x20;
/** Deflate packs no more bytes than these into one (zlib's technical details, "Maximum Compression Factor"). */
const MAX_DEFLATE = 1032;

/**
 * Walks the chunks to the last one. What the pixels do not need is left out: transparency (tRNS), because a decoder may blank
 * the colours that it marks; texts and profiles, which may be packed to any length; and bytes after the end, which some
 * viewers write and not every decoder forgives.
 *
 * @throws {ImageError} with reason `"truncated"` when the bytes end before the last chunk, `"corrupt"` when they are too few to
 * hold the pixels.
 */
export function readPngStructure(bytes: Uint8Array, header: PngHeader, name: string): PngStructure {
  const view = viewOf(bytes);
  const kept: Uint8Array[] = [];
  let orientation = 1;
  let frames = 1;
  let marksTransparency = false;
  let packed = 0;
  let from = 0;
  for (let offset = SIGNATURE.length; ; ) {
    if (offset + CHUNK_OVERHEAD > bytes.length) throw truncated(bytes, name);
    const end = offset + CHUNK_OVERHEAD + view.getUint32(offset);
    if (end > bytes.length) throw truncated(bytes, name);
    const type = chunkType(bytes, offset);
    if (type === "eXIf") orientation = exifOrientation(bytes.subarray(offset + 8, end - 4));
    if (type === "acTL" && end - offset >= CHUNK_OVERHEAD + 4) frames = view.getUint32(offset + 8);
    if (type === "tRNS") marksTransparency = true;
    if (type === "IDAT") packed += end - offset - CHUNK_OVERHEAD;
    if ((bytes[offset + 4]! & ANCILLARY) !== 0) {
      if (offset > from) kept.push(bytes.subarray(from, offset));
      from = end;
    }
    if (type === "IEND") {
      kept.push(bytes.subarray(from, end));
      if (packed * MAX_DEFLATE < rowBytes(header) * header.height) {
        throw corrupt(name, `${packed} bytes for ${header.width} × ${header.height} pixels`);
      }
      const opaque = kept.length > 1 ? Buffer.concat(kept) : kept[0]!;
      return { orientation, opaque, marksTransparency, frames };
    }
    offset = end;
  }
}

/** Bytes of a row of pixels, without its filter. */
function rowBytes({ width, channels, bitDepth }: PngHeader): number {
  return Math.ceil((width * channels * bitDepth) / 8);
}

/**
 * Unpacks the pixels of an interlaced PNG once, up to the length that they may have: jimp's codec unpacks whatever is there.
 *
 * @throws {Error} when there is more.
 */
export async function checkInterlacedLength(bytes: Uint8Array, header: PngHeader): Promise<void> {
  const view = viewOf(bytes);
  const packed: Uint8Array[] = [];
  for (let offset = SIGNATURE.length; offset < bytes.length; ) {
    const end = offset + CHUNK_OVERHEAD + view.getUint32(offset);
    if (chunkType(bytes, offset) === "IDAT") packed.push(bytes.subarray(offset + 8, end - 4));
    offset = end;
  }
  // Seven passes have fewer than twice the rows, plus one each; a row adds its filter and up to a byte of rounding.
  const rows = 2 * header.height + 7;
  const maxOutputLength = rowBytes(header) * header.height + 2 * rows;
  await promisify(inflate)(Buffer.concat(packed), { maxOutputLength });
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
