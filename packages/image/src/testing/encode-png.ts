import { crc32, deflateSync } from "node:zlib";

/** A PNG of 8 or 16 bits as its specification lays it out; what `encodeImage` does not write. */
export interface PngContent {
  readonly width: number;
  readonly height: number;
  /** Row-major, channels last; a `Uint16Array` makes a file of sixteen bits. */
  readonly samples: Uint8Array | Uint16Array;
  /** Chunks before the pixels, such as `["acTL", bytes]`. */
  readonly chunks?: readonly (readonly [type: string, content: Uint8Array])[];
  /** Marks the file as interlaced, with so many zeros in place of its pixels. */
  readonly interlaced?: number;
}

/** Colour type by number of channels (PNG specification, table 11.1). */
const COLOUR_TYPES = [0, 4, 2, 6];

export function encodePng({ width, height, samples, chunks = [], interlaced }: PngContent): Uint8Array {
  const channels = samples.length / (width * height);
  const size = samples.BYTES_PER_ELEMENT;
  const stride = width * channels * size;
  const rows = Buffer.alloc(height * (stride + 1));
  for (const [i, value] of samples.entries()) {
    const at = Math.floor(i / (width * channels)) * (stride + 1) + 1 + (i % (width * channels)) * size;
    if (size === 2) rows.writeUInt16BE(value, at);
    else rows[at] = value;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([size * 8, COLOUR_TYPES[channels - 1]!, 0, 0, interlaced === undefined ? 0 : 1], 8);
  return Uint8Array.from(
    Buffer.concat([
      Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
      chunk("IHDR", header),
      ...chunks.map(([type, content]) => chunk(type, content)),
      chunk("IDAT", deflateSync(interlaced === undefined ? rows : Buffer.alloc(interlaced))),
      chunk("IEND", Buffer.alloc(0)),
    ]),
  );
}

function chunk(type: string, content: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type), content]);
  const around = Buffer.alloc(8);
  around.writeUInt32BE(content.length, 0);
  around.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([around.subarray(0, 4), body, around.subarray(4)]);
}
