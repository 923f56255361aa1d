import { ImageError, InvalidArgumentError, isCovidxrError } from "@covidxr/core";
import type { RgbImage } from "../pixels/image.js";
import {
  type Decoder,
  decodeJpegWithJimp,
  decodePngWithJimp,
  decodeWithSharp,
  resolveDecoder,
} from "./decoders.js";
import { checkJpegIsComplete } from "./jpeg-header.js";
import { readPngStructure } from "./png-header.js";
import { readHeader } from "./read-header.js";

/** How to decode a file. */
export interface DecodeImageOptions {
  /** Path or name of the image, for errors. */
  readonly name: string;
  /** @defaultValue `"auto"` */
  readonly decoder?: Decoder;
  /** Largest number of pixels to decode, checked in the header. @defaultValue 100 million */
  readonly pixelLimit?: number;
  /**
   * Whether to apply the EXIF orientation, or to leave the image as stored (as Keras does).
   * @defaultValue `"apply"`
   */
  readonly orientation?: "apply" | "ignore";
}

/** Radiographs have up to about 25 million pixels. */
const PIXEL_LIMIT = 100_000_000;

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
  const { name, pixelLimit = PIXEL_LIMIT, orientation = "apply" } = options;
  checkOptions(pixelLimit, orientation);
  const decoder = await resolveDecoder(options.decoder);

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
