import { ImageError } from "@covidxr/core";
import { exifOrientation, type JpegHeader } from "./image-header.js";

// Markers: ITU-T T.81, table B.1.
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const DHT = 0xc4;
const JPG = 0xc8;
const DAC = 0xcc;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP14 = 0xee;
const COM = 0xfe;
/** Baseline, extended and progressive Huffman coding: the processes that both decoders read. */
const READABLE_FRAMES = [0xc0, 0xc1, 0xc2];

const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== DHT && marker !== JPG && marker !== DAC;
/** Tables, APPn, comments and further scans: all that may come between the first scan and the end. */
const mayFollowScan = (marker: number): boolean =>
  marker === DHT || (marker >= SOS && marker <= 0xdd) || (marker >= APP0 && marker <= 0xef) || marker === COM;

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
    orientation: orientation ?? 1,
    scanOffset,
  };
}

/**
 * Walks the scans to the end marker, so that a truncated file is detected before it is decoded: decoders fill the
 * missing rows with grey.
 *
 * @throws {ImageError} with reason `"truncated"` when the end marker is missing, `"corrupt"` when a marker is
 * where none may.
 */
export function checkJpegIsComplete(bytes: Uint8Array, header: JpegHeader, name: string): void {
  let offset = header.scanOffset ?? bytes.length;
  for (;;) {
    const segment = segmentAt(bytes, offset, name);
    if (segment === undefined) throw truncated(bytes, name);
    if (segment.marker === EOI) return;
    if (!mayFollowScan(segment.marker)) {
      throw corrupt(name, `marker ff${segment.marker.toString(16)} among the pixels`);
    }
    offset = segment.marker === SOS ? endOfScan(bytes, segment.end) : segment.end;
  }
}

/** The marker segment at `offset`; `undefined` where the bytes end first. */
function segmentAt(
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

/** Where the entropy-coded bytes that start at `offset` end: at the next marker that is neither stuffing nor restart. */
function endOfScan(bytes: Uint8Array, offset: number): number {
  let position = bytes.indexOf(0xff, offset);
  while (position >= 0 && position + 1 < bytes.length) {
    const next = bytes[position + 1]!;
    const isData = next === 0 || (next >= 0xd0 && next <= 0xd7);
    if (!isData) return position;
    position = bytes.indexOf(0xff, position + 2);
  }
  return bytes.length;
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
  return { width, height, componentIds: Array.from({ length: count }, (_, i) => content[6 + 3 * i]!) };
}

/** The rule of the Independent JPEG Group's library (`default_decompress_parms`), which Pillow and libvips use. */
function isYcc(hasJfif: boolean, adobeTransform: number | undefined, componentIds: number[]): boolean {
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

function corrupt(name: string, found: string): ImageError {
  return new ImageError({
    image: name,
    reason: "corrupt",
    message: `expected a readable JPEG, got ${found}; fetch the file again`,
  });
}

/** Bytes that run out although the end marker is there are not cut short: a length inside them is wrong. */
function truncated(bytes: Uint8Array, name: string): ImageError {
  if (bytes.length > 3 && bytes.at(-2) === 0xff && bytes.at(-1) === EOI) {
    return corrupt(name, "a segment longer than the file");
  }
  return new ImageError({
    image: name,
    reason: "truncated",
    message: `expected a JPEG up to its end marker, got ${bytes.length} bytes without it; fetch the file again`,
  });
}
