import { ImageError, InvalidArgumentError } from "@covidxr/core";
import type Sharp from "sharp";
import type { GreyImage, RgbImage } from "../pixels/image.js";
import type { ImageHeader, JpegHeader, PngHeader } from "./image-header.js";
import { type Bitmap, type DecodingJob, decodeInThread } from "./jimp-worker.js";
import { checkInterlacedLength } from "./png-header.js";

/**
 * Which library decodes: `"jimp"` (pure JavaScript, always there), `"sharp"` (about six times faster, when
 * installed) or `"auto"` (sharp when it loads, else jimp).
 */
export type Decoder = "auto" | "jimp" | "sharp";

/** The library that decodes; record it with results that depend on its rounding. */
export interface ResolvedDecoder {
  readonly name: "jimp" | "sharp";
  readonly version: string;
}

/**
 * Resolves a choice to the library that will decode here.
 *
 * @param decoder @defaultValue `"auto"`
 * @throws {InvalidArgumentError} with parameter `"decoder"` when sharp is asked for and cannot be loaded, or on an
 * unknown name.
 */
export async function resolveDecoder(decoder: Decoder = "auto"): Promise<ResolvedDecoder> {
  switch (decoder) {
    case "jimp":
      return { name: "jimp", version: JIMP_VERSION };
    case "sharp":
      return { name: "sharp", version: await sharpVersion() };
    case "auto":
      return sharpVersion().then(
        (version): ResolvedDecoder => ({ name: "sharp", version }),
        (): ResolvedDecoder => ({ name: "jimp", version: JIMP_VERSION }),
      );
    default:
      throw new InvalidArgumentError({
        parameter: "decoder",
        value: decoder,
        message: `expected "auto", "jimp" or "sharp", got ${JSON.stringify(decoder)}`,
      });
  }
}

async function sharpVersion(): Promise<string> {
  try {
    const sharp = await loadSharp();
    return sharp.versions.sharp;
  } catch (cause) {
    throw new InvalidArgumentError({
      parameter: "decoder",
      value: "sharp",
      message: 'expected the package sharp, got none that loads; install sharp or choose "jimp"',
      cause,
    });
  }
}

/** Pixels as stored: no orientation, no window. */
interface StoredImage {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue, of as many bits as the file has, at least eight. */
  readonly data: Uint8Array | Uint16Array;
  /** Whether a pixel is not opaque. */
  readonly transparent: boolean;
}

/** One of jimp's codecs, without the conversions that `Jimp.read` and `getBuffer` wrap around it. */
interface JimpFormat {
  decode(bytes: Buffer, options: Record<string, unknown>): Bitmap | Promise<Bitmap>;
  encode(bitmap: Bitmap, options: Record<string, unknown>): Uint8Array | Promise<Uint8Array>;
}

/** Loads jimp's codec on first use: it takes longer to load than to decode with. */
export async function jimpFormat(format: "jpeg" | "png"): Promise<JimpFormat> {
  const codec = format === "jpeg" ? await import("@jimp/js-jpeg") : await import("@jimp/js-png");
  return codec.default() as unknown as JimpFormat;
}

/** Version of the codecs, which package.json pins: pixels depend on it, and so do the keys of caches. */
const JIMP_VERSION = "1.6.1";

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
  stop: AbortSignal,
): Promise<StoredImage> {
  if (header.channels === 4 && !header.isAdobe) {
    throw new ImageError({
      image: name,
      reason: "unsupported-format",
      message:
        "expected a CMYK JPEG with an Adobe marker, got one without; install sharp, which reads it, or convert it to PNG",
    });
  }
  const samples = header.width * header.height * header.channels;
  const options = {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: false,
    // The header decides; jpeg-js' own rule takes every three-channel file for luminance and chroma.
    ...(header.channels === 3 ? { colorTransform: header.isYcc } : {}),
    maxResolutionInMP: Math.ceil((header.width * header.height) / 1e6),
    maxMemoryUsageInMB: JPEG_BASE_MEBIBYTES + Math.ceil((samples * JPEG_BYTES_PER_SAMPLE) / MEBIBYTE),
  };
  const { width, height, data } = await decodeWithJimp({ format: "jpeg", bytes, options }, stop);
  return { width, height, data, transparent: false };
}

/** Decodes a PNG without a chunk of transparent colours, as stored (no orientation). */
export async function decodePngWithJimp(
  bytes: Uint8Array,
  header: PngHeader,
  stop: AbortSignal,
): Promise<StoredImage> {
  if (header.isInterlaced) await checkInterlacedLength(bytes, header);
  const options = { skipRescale: header.bitDepth === 16 };
  const { width, height, data } = await decodeWithJimp({ format: "png", bytes, options }, stop);
  return { width, height, ...withoutAlpha(data) };
}

/** Off this thread; on it where that is not possible: then no time limit holds, and no signal is heard meanwhile. */
async function decodeWithJimp(job: DecodingJob, stop: AbortSignal): Promise<Bitmap> {
  const { format, bytes, options } = job;
  return (await decodeInThread(job, stop)) ?? (await jimpFormat(format)).decode(asBuffer(bytes), options);
}

/** Red, green and blue of pixels with alpha. */
function withoutAlpha(rgba: Uint8Array | Uint16Array): Pick<StoredImage, "data" | "transparent"> {
  const isWide = rgba.BYTES_PER_ELEMENT === 2;
  const length = (rgba.length / 4) * 3;
  const data = isWide ? new Uint16Array(length) : new Uint8Array(length);
  const opaque = isWide ? 0xffff : 0xff;
  let transparent = false;
  for (let from = 0, to = 0; to < length; from += 4, to += 3) {
    data[to] = rgba[from]!;
    data[to + 1] = rgba[from + 1]!;
    data[to + 2] = rgba[from + 2]!;
    if (rgba[from + 3] !== opaque) transparent = true;
  }
  return { data, transparent };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The part of sharp's module that is used here. */
type SharpModule = typeof Sharp;

/** Loads sharp, an optional peer. @throws whatever the import throws when it is absent or cannot run here. */
async function loadSharp(): Promise<SharpModule> {
  const module = await import("sharp");
  return module.default;
}

/** Decodes a file that passed the header checks, as stored (no orientation), off the JavaScript thread. */
export async function decodeWithSharp(bytes: Uint8Array, header: ImageHeader): Promise<StoredImage> {
  const sharp = await loadSharp();
  const isCmyk = header.format === "jpeg" && header.channels === 4;
  const pipeline = sharp(bytes, {
    failOn: "warning",
    limitInputPixels: header.width * header.height,
    // Pillow leaves embedded colour profiles alone; so does jimp.
    ignoreIcc: true,
  });
  const isWide = header.format === "png" && header.bitDepth === 16;
  const converted = isCmyk
    ? pipeline.pipelineColourspace("cmyk").toColourspace("cmyk")
    : pipeline.toColourspace(isWide ? "rgb16" : "srgb");
  const { data, info } = await converted
    .raw({ depth: isWide ? "ushort" : "uchar" })
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const values = isWide
    ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (isCmyk) return { width, height, data: cmykToRgb(values as Uint8Array), transparent: false };
  if (info.channels === 4) return { width, height, ...withoutAlpha(values) };
  return { width, height, data: values, transparent: false };
}

/**
 * R = (255 - C)(255 - K) / 255 and so on, in Pillow's integer rounding: libvips would go through a press profile.
 */
function cmykToRgb(cmyk: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((cmyk.length / 4) * 3);
  for (let from = 0, to = 0; from < cmyk.length; from += 4, to += 3) {
    const light = 255 - cmyk[from + 3]!;
    rgb[to] = light - scaled(cmyk[from]!, light);
    rgb[to + 1] = light - scaled(cmyk[from + 1]!, light);
    rgb[to + 2] = light - scaled(cmyk[from + 2]!, light);
  }
  return rgb;
}

/** a * b / 255, rounded, for bytes. */
function scaled(a: number, b: number): number {
  const product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

/** Encodes pixels as a JPEG whose chroma is not subsampled. */
export async function encodeJpegWithSharp(
  { width, height, data }: RgbImage | GreyImage,
  quality: number,
): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const channels = data.length === width * height ? 1 : 3;
  const bytes = await sharp(data, { raw: { width, height, channels } })
    .jpeg({ quality, chromaSubsampling: "4:4:4" })
    .toBuffer();
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
