import { ImageError } from "@covidxr/core";
import { exifOrientation, type JpegHeader } from "./image-header.js";

// Markers: ITU-T T.81, table B.1.
const PROGRESSIVE = 0xc2;
const SOI = 0xd8;
export const EOI = 0xd9;
export const SOS = 0xda;
export const DHT = 0xc4;
const JPG = 0xc8;
const DAC = 0xcc;
export const APP0 = 0xe0;
const APP1 = 0xe1;
const APP14 = 0xee;
/** Baseline, extended and progressive Huffman coding: the processes that both decoders read. */
const READABLE_FRAMES = [0xc0, 0xc1, PROGRESSIVE];
/** Largest sampling factor of a component (T.81, B.2.2). */
const MAX_SAMPLING = 4;

const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== DHT && marker !== JPG && marker !== DAC;
/** Whether `bytes` start as a JPEG file does. */
export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === SOI;
}

/**
 * Reads a JPEG's segments up to its first scan.
 *
 * @throws {ImageError} with reason `"truncated"` when the bytes end before the size is known, `"corrupt"` when a
 * segment is broken, `"unsupported-format"` for lossless, arithmetic, hierarchical or 12-bit coding.
 */
export function readJpegHeader(bytes: Uint8Array, name: string): JpegHeader {
  let frame: ReturnType<typeof readFrame> | undefined;
  let hasJfif = false;
  let adobeTransform: number | undefined;
  let orientation: number | undefined;
  let scanOffset: number | undefined;

  for (let offset = 2; ; ) {
    const segment = segmentAt(bytes, offset, name);
    if (segment === undefined) break;
    const { marker, content, end } = segment;
    if (marker === SOS) {
      scanOffset = offset;
      break;
    }
    if (isFrame(marker)) {
      if (frame !== undefined) throw corrupt(name, "more than one frame");
      frame = readFrame(marker, content, name);
    } else if (marker === APP0 && startsWith(content, "JFIF\0")) {
      hasJfif = true;
    } else if (marker === APP1 && orientation === undefined && startsWith(content, "Exif\0\0")) {
      orientation = exifOrientation(content.subarray(6));
    } else if (marker === APP14 && startsWith(content, "Adobe") && content.length >= 12) {
      adobeTransform = content[11];
    }
    offset = end;
  }
  if (frame === undefined) {
    if (scanOffset === undefined) throw truncated(bytes, name);
    throw corrupt(name, "pixels before the frame header");
  }
  return {
    format: "jpeg",
    width: frame.width,
    height: frame.height,
    channels: frame.componentIds.length,
    isYcc: isYcc(hasJfif, adobeTransform, frame.componentIds),
    isAdobe: adobeTransform !== undefined,
    isProgressive: frame.isProgressive,
    componentIds: frame.componentIds,
    orientation: orientation ?? 1,
    scanOffset,
  };
}

/** The marker segment at `offset`; `undefined` where the bytes end first. */
export function segmentAt(
  bytes: Uint8Array,
  offset: number,
  name: string,
): { marker: number; content: Uint8Array; end: number } | undefined {
  if (offset < bytes.length && bytes[offset] !== 0xff) throw corrupt(name, `no marker at byte ${offset}`);
  let position = offset + 1;
  while (bytes[position] === 0xff) position++; // fill bytes (T.81, B.1.1.2)
  const marker = bytes[position];
  if (marker === undefined) return undefined;
  position++;
  if (marker === EOI) return { marker, content: bytes.subarray(position, position), end: position };
  if (position + 2 > bytes.length) return undefined;
  const length = uint16(bytes, position);
  if (length < 2) throw corrupt(name, `segment ff${marker.toString(16)} of length ${length}`);
  const end = position + length;
  if (end > bytes.length) return undefined;
  return { marker, content: bytes.subarray(position + 2, end), end };
}

function readFrame(marker: number, content: Uint8Array, name: string) {
  const precision = content[0];
  const count = content[5] ?? 0;
  if (content.length < 6 + count * 3) throw corrupt(name, "frame header too short");
  if (!READABLE_FRAMES.includes(marker) || precision !== 8) {
    throw new ImageError({
      image: name,
      reason: "unsupported-format",
      message:
        `expected a baseline or progressive JPEG with 8 bits a channel, got coding ff${marker.toString(16)} ` +
        `with ${precision} bits; convert it to PNG`,
    });
  }
  const height = uint16(content, 1);
  const width = uint16(content, 3);
  if (width === 0 || height === 0 || ![1, 3, 4].includes(count)) {
    throw corrupt(name, `frame of ${width} × ${height} with ${count} channels`);
  }
  const components = Array.from({ length: count }, (_, i) => content.subarray(6 + 3 * i, 9 + 3 * i));
  for (const [, sampling] of components) {
    const factors = [sampling! >> 4, sampling! & 15];
    if (factors.some((factor) => factor < 1 || factor > MAX_SAMPLING)) {
      throw corrupt(name, `sampling factors ${factors.join(" and ")}`);
    }
  }
  const componentIds = components.map(([id]) => id!);
  return { width, height, isProgressive: marker === PROGRESSIVE, componentIds };
}

/** The rule of the Independent JPEG Group's library (`default_decompress_parms`), which Pillow and libvips use. */
function isYcc(
  hasJfif: boolean,
  adobeTransform: number | undefined,
  componentIds: readonly number[],
): boolean {
  if (hasJfif) return true;
  if (adobeTransform !== undefined) return adobeTransform !== 0;
  return String.fromCharCode(...componentIds) !== "RGB";
}

function startsWith(content: Uint8Array, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (content[i] !== text.charCodeAt(i)) return false;
  return true;
}

function uint16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset]! << 8) | bytes[offset + 1]!;
}

export function corrupt(name: string, found: string): ImageError {
  return new ImageError({
    image: name,
    reason: "corrupt",
    message: `expected a readable JPEG, got ${found}; fetch the file again`,
  });
}

/** Bytes that run out although the end marker is there are not cut short: a length inside them is wrong. */
export function truncated(bytes: Uint8Array, name: string): ImageError {
  if (bytes.length > 3 && bytes.at(-2) === 0xff && bytes.at(-1) === EOI) {
    return corrupt(name, "a segment longer than the file");
  }
  return new ImageError({
    image: name,
    reason: "truncated",
    message: `expected a JPEG up to its end marker, got ${bytes.length} bytes without it; fetch the file again`,
  });
}
