import { ImageError } from "@covidxr/core";
import { jimpFormat } from "../codecs/jimp-format.js";
import type { JpegHeader, PngHeader } from "../header/image-header.js";
import type { RgbImage } from "../pixels/images.js";

const MEBIBYTE = 2 ** 20;
/** What jpeg-js holds a sample: coefficient 4, typed-array overhead 4, line 1, channel 1, output 1; rounded up. */
const JPEG_BYTES_PER_SAMPLE = 12;
/** Allowance for tables and for the blocks that pad an image to whole coding units. */
const JPEG_BASE_MEBIBYTES = 64;

/** Decodes a JPEG that passed the header checks, as stored (no orientation). */
export async function decodeJpegWithJimp(
  bytes: Uint8Array,
  header: JpegHeader,
  name: string,
): Promise<RgbImage> {
  if (header.channels === 4 && !header.isAdobe) {
    throw new ImageError({
      image: name,
      reason: "unsupported-format",
      message:
        "expected a CMYK JPEG with an Adobe marker, got one without; install sharp, which reads it, or convert it to PNG",
    });
  }
  const samples = header.width * header.height * header.channels;
  const codec = await jimpFormat("image/jpeg");
  const { width, height, data } = await codec.decode(asBuffer(bytes), {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: false,
    // The header decides; jpeg-js' own rule takes every three-channel file for luminance and chroma.
    ...(header.channels === 3 ? { colorTransform: header.isYcc } : {}),
    maxResolutionInMP: Math.ceil((header.width * header.height) / 1e6),
    maxMemoryUsageInMB: JPEG_BASE_MEBIBYTES + Math.ceil((samples * JPEG_BYTES_PER_SAMPLE) / MEBIBYTE),
  });
  return { width, height, data: data as Uint8Array };
}

/** Decodes a PNG without transparency, as stored (no orientation). */
export async function decodePngWithJimp(bytes: Uint8Array, header: PngHeader): Promise<RgbImage> {
  const codec = await jimpFormat("image/png");
  const { width, height, data } = await codec.decode(asBuffer(bytes), {
    skipRescale: header.bitDepth === 16,
  });
  // Sixteen bits keep the upper byte, as libpng's strip-16 and Pillow's RGB modes do.
  const shift = header.bitDepth === 16 ? 8 : 0;
  const rgb = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    rgb[to] = data[from]! >> shift;
    rgb[to + 1] = data[from + 1]! >> shift;
    rgb[to + 2] = data[from + 2]! >> shift;
  }
  return { width, height, data: rgb };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
