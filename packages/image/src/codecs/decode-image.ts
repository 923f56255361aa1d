import { ImageError, isCovidxrError } from "@covidxr/core";
import { checkOptions, type OptionKinds } from "@covidxr/core/internal";
import type { RgbImage } from "../pixels/image.js";
import {
  type Decoder,
  decodeJpegWithJimp,
  decodePngWithJimp,
  decodeWithSharp,
  type ResolvedDecoder,
  resolveDecoder,
} from "./decoders.js";
import {
  checkDeclaredSize,
  checkPixelLimit,
  type DecodingLimits,
  decodeWithinLimits,
} from "./decoding-limits.js";
import type { ImageHeader } from "./image-header.js";
import { checkWindow, type IntensityWindow, toEightBits } from "./intensity-window.js";
import { readJpegScans } from "./jpeg-scans.js";
import { readPngStructure } from "./png-header.js";
import { readHeader } from "./read-header.js";

/** How to decode a file. */
export interface DecodeImageOptions {
  /** Path or name of the image, for errors. */
  readonly name: string;
  /** @defaultValue `"auto"` */
  readonly decoder?: Decoder;
  /**
   * Largest number of pixels to decode, checked in the header; neither side may have more than 65,535. Beyond the default, jimp
   * takes more than 1.3 GB. @defaultValue 40 million
   */
  readonly pixelLimit?: number;
  /**
   * Whether to apply the EXIF orientation, or to leave the image as stored (as Keras does).
   * @defaultValue `"apply"`
   */
  readonly orientation?: "apply" | "ignore";
  /**
   * Which values of a 16-bit image become the grey levels 0 to 255; `"full"`: all of them, by their upper bytes. Images of eight
   * bits are left as they are.
   * @defaultValue as `"full"`, but an image whose values fill too little of the range is refused
   */
  readonly window?: IntensityWindow | "full";
  readonly signal?: AbortSignal;
}

/** An image, and what of its file the pixels do not show. */
interface DecodedImage {
  readonly image: RgbImage;
  /** Sentences. */
  readonly remarks: readonly string[];
}

/**
 * Decodes a JPEG or PNG, recognised by its content, to eight bits of red, green and blue.
 *
 * Grey becomes three equal channels; a palette its colours; sixteen bits go through the window or keep the upper byte; alpha is dropped, not
 * composited; CMYK becomes (255 - ink)(255 - black) / 255; colour profiles and gamma are left alone. This is what
 * Pillow's `convert("RGB")` does, except for grey of sixteen bits, which Pillow clips at 255.
 *
 * Both decoders give the same pixels for PNG. For JPEG they differ by the rounding of the inverse transform, and
 * where chroma is subsampled by its interpolation (sharp smooths, jimp repeats).
 *
 * A progressive JPEG that was cut between its scans and closed again is decoded coarser; `prepareImages` remarks on it.
 *
 * Detectors give ten to fifteen bits, which some exports store in a 16-bit PNG as they are: its upper bytes are nearly black.
 * Where the largest value is below 32,768, or all values are within 4,096, the file is refused until a window is named.
 *
 * @throws {ImageError} with `image` as named and reason `"empty"`, `"unsupported-format"` (neither JPEG nor PNG, or
 * a coding that cannot be read), `"too-large"` (more than `pixelLimit` pixels, 65,535 a side or 100 scans, before anything is
 * decoded; or not decoded within 30 s and 2 s for each million pixels),
 * `"truncated"` (the end is missing), `"narrow-range"` (a 16-bit image that needs a window; `window` of the error is a proposal)
 * or `"corrupt"` (anything else).
 * @throws {InvalidArgumentError} on an option out of range, or sharp asked for and not installed.
 * @throws {InterruptedError} when `signal` fires.
 *
 * @example
 * ```ts
 * import { readFile } from "node:fs/promises";
 * import { decodeImage } from "@covidxr/image";
 *
 * const path = "images/covid/c0-0.png";
 * const { width, height, data } = await decodeImage(await readFile(path), { name: path });
 * console.log(width, height, data.length); // 96 112 32256
 * ```
 */
export async function decodeImage(bytes: Uint8Array, options: DecodeImageOptions): Promise<RgbImage> {
  checkOptions(options, DECODING_KINDS);
  return (await decodeWithRemarks(bytes, options)).image;
}

/** {@link decodeImage} with what the pixels do not show, and without a look at the options' names. */
export async function decodeWithRemarks(
  bytes: Uint8Array,
  options: DecodeImageOptions,
): Promise<DecodedImage> {
  checkPixelOptions(options);
  const { name, pixelLimit, orientation = "apply", window, signal } = options;
  const decoder = await resolveDecoder(options.decoder);

  const header = readLimitedHeader(bytes, name, pixelLimit);
  try {
    const { stored, turn, remarks } = await decodeStored(bytes, header, { name, signal }, decoder.name);
    const { width, height, data } = stored;
    if (data.length !== header.width * header.height * 3) {
      throw new Error(`${width} × ${height} pixels where the header says otherwise`);
    }
    const isWide = data.BYTES_PER_ELEMENT === 2;
    const levels = isWide ? toEightBits(data as Uint16Array, window, name) : (data as Uint8Array);
    const image = { width, height, data: levels };
    return { image: orientation === "apply" ? orient(image, turn) : image, remarks };
  } catch (cause) {
    if (isCovidxrError(cause)) throw cause;
    throw new ImageError({
      image: name,
      reason: "corrupt",
      message:
        `expected a readable ${header.format === "jpeg" ? "JPEG" : "PNG"}, got ` +
        `"${firstLine(cause)}" from ${decoder.name}; fetch the file again`,
      cause,
    });
  }
}

/**
 * Reads the header of an image that may be decoded.
 *
 * @throws {ImageError} as `readHeader` does, or with reason `"too-large"`.
 */
export function readLimitedHeader(bytes: Uint8Array, name: string, pixelLimit?: number): ImageHeader {
  const header = readHeader(bytes, name);
  checkDeclaredSize(header, name, pixelLimit);
  return header;
}

/** What a file leaves out that its decoded pixels do not show, as a sentence; `undefined` of a complete one. */
export function describeIncomplete(bytes: Uint8Array, header: ImageHeader, name: string): string | undefined {
  return header.format === "jpeg" ? readJpegScans(bytes, header, name) : undefined;
}

/** Pixels as stored, how to turn them, and what they do not show. */
async function decodeStored(
  bytes: Uint8Array,
  header: ImageHeader,
  limits: Omit<DecodingLimits, "alone">,
  decoder: ResolvedDecoder["name"],
) {
  const { name } = limits;
  const alone = decoder === "jimp";
  if (header.format === "jpeg") {
    const leftOut = readJpegScans(bytes, header, name);
    const stored = await decodeWithinLimits(header, { ...limits, alone }, (stop) =>
      decoder === "sharp" ? decodeWithSharp(bytes, header) : decodeJpegWithJimp(bytes, header, name, stop),
    );
    return { stored, turn: header.orientation, remarks: leftOut === undefined ? [] : [leftOut] };
  }
  const { opaque, orientation, marksTransparency, frames } = readPngStructure(bytes, header, name);
  const stored = await decodeWithinLimits(header, { ...limits, alone }, (stop) =>
    decoder === "sharp" ? decodeWithSharp(opaque, header) : decodePngWithJimp(opaque, header, stop),
  );
  const remarks = [
    ...(stored.transparent || marksTransparency
      ? ["transparent pixels show the colours stored under them; flatten the image if they are not meant"]
      : []),
    ...(frames > 1 ? [`the first of ${frames} frames of an animation is used; store the image alone`] : []),
  ];
  return { stored, turn: orientation, remarks };
}

/** Kinds of decodeImage's options. */
export const DECODING_KINDS: OptionKinds<DecodeImageOptions> = {
  name: "string",
  decoder: ["auto", "jimp", "sharp", undefined],
  pixelLimit: "number?",
  orientation: ["apply", "ignore", undefined],
  window: "any?",
  signal: "object?",
};

/** Checks the ranges of the options, so that a wrong one is no failure of an image. */
export function checkPixelOptions({
  pixelLimit,
  window,
}: Pick<DecodeImageOptions, "pixelLimit" | "window">): void {
  checkPixelLimit(pixelLimit);
  checkWindow(window);
}

function firstLine(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.split("\n", 1)[0]!;
}

/** Applies EXIF orientation 1 to 8: rotates and mirrors stored pixels. */
export function orient(image: RgbImage, orientation: number): RgbImage {
  const { width: w, height: h, data } = image;
  const last = w * h - 1;
  // Stored pixel of the upright corner, and how far the stored pixel moves per upright column and row
  // (EXIF 2.32, tag Orientation: 5 to 8 exchange rows and columns).
  const walks: Readonly<Record<number, readonly [start: number, perColumn: number, perRow: number]>> = {
    2: [w - 1, -1, w],
    3: [last, -1, -w],
    4: [last - w + 1, 1, -w],
    5: [0, w, 1],
    6: [last - w + 1, -w, 1],
    7: [last, -w, -1],
    8: [w - 1, w, -1],
  };
  const walk = walks[orientation];
  if (walk === undefined) return image;
  const [start, perColumn, perRow] = walk;
  const width = orientation > 4 ? h : w;
  const height = orientation > 4 ? w : h;
  const upright = new Uint8Array(data.length);
  let to = 0;
  for (let y = 0; y < height; y++) {
    let from = (start + y * perRow) * 3;
    for (let x = 0; x < width; x++, from += perColumn * 3, to += 3) {
      upright[to] = data[from]!;
      upright[to + 1] = data[from + 1]!;
      upright[to + 2] = data[from + 2]!;
    }
  }
  return { width, height, data: upright };
}
