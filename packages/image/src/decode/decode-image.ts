import { ImageError, InvalidArgumentError, isCovidxrError } from "@covidxr/core";
import { checkJpegIsComplete } from "../header/jpeg-header.js";
import { readPngStructure } from "../header/png-header.js";
import { readHeader } from "../header/read-header.js";
import type { RgbImage } from "../pixels/images.js";
import { decodeJpegWithJimp, decodePngWithJimp } from "./decode-with-jimp.js";
import { decodeWithSharp } from "./decode-with-sharp.js";
import { orient } from "./orient.js";
import { type Decoder, resolveDecoder } from "./resolve-decoder.js";

/** How to decode a file. */
export interface DecodeImageOptions {
  /** Path or name of the image, for errors. */
  readonly name: string;
  /** @defaultValue {@link DECODE_DEFAULTS}.decoder */
  readonly decoder?: Decoder;
  /** Largest number of pixels to decode, checked in the header. @defaultValue {@link DECODE_DEFAULTS}.pixelLimit */
  readonly pixelLimit?: number;
  /**
   * Whether to turn the picture upright as its EXIF orientation says, or to leave it as stored (as Keras does).
   * @defaultValue {@link DECODE_DEFAULTS}.orientation
   */
  readonly orientation?: "apply" | "ignore";
}

/** Values that {@link decodeImage} takes when none are given. Radiographs have up to about 25 million pixels. */
export const DECODE_DEFAULTS = { decoder: "auto", pixelLimit: 100_000_000, orientation: "apply" } as const;

/**
 * Decodes a JPEG or PNG, recognised by its content, to eight bits of red, green and blue.
 *
 * Grey becomes three equal channels; a palette its colours; sixteen bits keep the upper byte; alpha is dropped, not
 * composited; CMYK becomes (255 - ink)(255 - black) / 255; colour profiles and gamma are left alone. This is what
 * Pillow's `convert("RGB")` does, except for grey of sixteen bits, which Pillow clips at 255.
 *
 * Both decoders give the same pixels for PNG. For JPEG they differ by the rounding of the inverse transform, and
 * where chroma is subsampled by its interpolation (sharp smooths, jimp repeats).
 *
 * @throws {ImageError} with `image` as named and reason `"empty"`, `"unsupported-format"` (neither JPEG nor PNG, or
 * a coding that cannot be read), `"too-large"` (more than `pixelLimit` pixels, before anything is decoded),
 * `"truncated"` (the end is missing) or `"corrupt"` (anything else).
 * @throws {InvalidArgumentError} on an option out of range, or sharp asked for and not installed.
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
  const { name } = options;
  const pixelLimit = options.pixelLimit ?? DECODE_DEFAULTS.pixelLimit;
  const orientation = options.orientation ?? DECODE_DEFAULTS.orientation;
  checkOptions(pixelLimit, orientation);
  const decoder = await resolveDecoder(options.decoder ?? DECODE_DEFAULTS.decoder);

  const header = readHeader(bytes, name);
  if (header.width * header.height > pixelLimit) {
    throw new ImageError({
      image: name,
      reason: "too-large",
      message:
        `expected at most ${pixelLimit} pixels, got ${header.width} × ${header.height}; ` +
        "raise pixelLimit if the file is meant to be that large",
    });
  }
  try {
    let stored: RgbImage;
    let turn: number;
    if (header.format === "jpeg") {
      checkJpegIsComplete(bytes, header, name);
      turn = header.orientation;
      stored = await (decoder.name === "sharp"
        ? decodeWithSharp(bytes, header)
        : decodeJpegWithJimp(bytes, header, name));
    } else {
      const structure = readPngStructure(bytes, name);
      turn = structure.orientation;
      stored = await (decoder.name === "sharp"
        ? decodeWithSharp(structure.opaque, header)
        : decodePngWithJimp(structure.opaque, header));
    }
    if (stored.data.length !== header.width * header.height * 3) {
      throw new Error(`${stored.width} × ${stored.height} pixels where the header says otherwise`);
    }
    return orientation === "apply" ? orient(stored, turn) : stored;
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

function checkOptions(pixelLimit: number, orientation: string): void {
  if (!(pixelLimit >= 1)) {
    throw new InvalidArgumentError({
      parameter: "pixelLimit",
      value: pixelLimit,
      message: `expected a number of pixels of 1 or more, got ${pixelLimit}`,
    });
  }
  if (orientation !== "apply" && orientation !== "ignore") {
    throw new InvalidArgumentError({
      parameter: "orientation",
      value: orientation,
      message: `expected "apply" or "ignore", got ${JSON.stringify(orientation)}`,
    });
  }
}

function firstLine(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.split("\n", 1)[0]!;
}
