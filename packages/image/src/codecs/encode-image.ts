import { checkInteger, checkOptions } from "@covidxr/core/internal";
import { checkImage, type GreyImage, type RgbImage } from "../pixels/image.js";
import { encodeJpegWithSharp, jimpFormat, resolveDecoder } from "./decoders.js";

/** How to encode an image. */
export interface EncodeImageOptions {
  /** File format. PNG keeps every value; JPEG does not. */
  readonly format: "jpeg" | "png";
  /** JPEG quality, an integer from 1 to 100; PNG ignores it. @defaultValue 90 */
  readonly quality?: number;
}

// PNG colour types (PNG specification, section 11.2.1).
const PNG_GREY = 0;
const PNG_RGB = 2;

/**
 * Encodes pixels as JPEG or PNG, in pure JavaScript: the same pixels give the same bytes on any machine. A grey image becomes a grey PNG, or a JPEG with three equal channels; JPEG chroma is not subsampled.
 *
 * @throws {InvalidArgumentError} when `data` does not fit the size, or on a quality or format out of range.
 */
export async function encodeImage(
  image: RgbImage | GreyImage,
  options: EncodeImageOptions,
): Promise<Uint8Array> {
  checkOptions(options, { format: ["jpeg", "png"], quality: "number?" });
  const channels = checkImage(image, [1, 3]);
  const { width, height } = image;
  if (options.format === "png") {
    const colour = channels === 1 ? PNG_GREY : PNG_RGB;
    const codec = await jimpFormat("png");
    return plainBytes(
      await codec.encode(
        { width, height, data: Buffer.from(image.data) },
        // Level 6 is zlib's own default: a few per cent larger than jimp's 9, several times faster.
        { colorType: colour, inputColorType: colour, inputHasAlpha: false, deflateLevel: 6 },
      ),
    );
  }
  const { quality = 90 } = options;
  checkInteger("quality", quality, { min: 1, max: 100 });
  const codec = await jimpFormat("jpeg");
  return plainBytes(await codec.encode({ width, height, data: toRgba(image.data, channels) }, { quality }));
}

function toRgba(data: Uint8Array, channels: number): Buffer {
  const rgba = Buffer.alloc((data.length / channels) * 4, 255);
  const green = channels === 3 ? 1 : 0;
  const blue = channels === 3 ? 2 : 0;
  for (let from = 0, to = 0; from < data.length; from += channels, to += 4) {
    rgba[to] = data[from]!;
    rgba[to + 1] = data[from + green]!;
    rgba[to + 2] = data[from + blue]!;
  }
  return rgba;
}

function plainBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Size and quality of a thumbnail. */
export interface ThumbnailOptions {
  /**
   * Pixels of the longer side, an integer of 1 or more; the other side follows. A smaller image keeps its size.
   * @defaultValue 128, at which marks stay visible
   */
  readonly longestSide?: number;
  /** JPEG quality, an integer from 1 to 100. @defaultValue 70 */
  readonly quality?: number;
}

/**
 * Encodes a thumbnail of an image as JPEG. Each pixel is the mean over the area that it covers, so that thin lines and
 * small text become faint but do not vanish. The image is never enlarged; its aspect ratio is kept
 * to the nearest pixel. sharp encodes where it is installed, else jimp: their bytes differ.
 *
 * @throws {InvalidArgumentError} when `data` does not fit the size, or on a longest side or quality out of range.
 */
export async function thumbnail(
  image: RgbImage | GreyImage,
  options: ThumbnailOptions = {},
): Promise<Uint8Array> {
  const channels = checkImage(image, [1, 3]);
  checkOptions(options, { longestSide: "number?", quality: "number?" });
  const { longestSide = 128, quality = 70 } = options;
  checkInteger("longestSide", longestSide, { min: 1 });
  const scale = Math.min(1, longestSide / Math.max(image.width, image.height));
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  const small = { width, height, data: averageAreas(image, channels, height, width) };
  checkInteger("quality", quality, { min: 1, max: 100 });
  // jimp's encoder fills its tables anew for each image, which takes longer than a thumbnail.
  return (await resolveDecoder()).name === "sharp"
    ? encodeJpegWithSharp(small, quality)
    : encodeImage(small, { format: "jpeg", quality });
}

/** Which stored positions lie under one new one, and how much of each. */
interface Cover {
  readonly first: number;
  /** Overlaps in units of 1 / `wanted` stored pixels; they sum to `stored`. */
  readonly overlaps: readonly number[];
}

/** Pixels of whatever number of channels, row-major, channels last. */
interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/**
 * Shrinks pixels to `height` × `width`: each new value is the mean over the stored area that it covers, pixels that
 * lie under it in part counting in part, rounded to the nearest integer (a half up). Sums are of integers, so that the
 * result is exact.
 *
 * @param image Checked, with sides of at least `height` and `width`.
 */
export function averageAreas(image: Pixels, channels: number, height: number, width: number): Uint8Array {
  const source = image.data;
  const rows = covers(image.height, height);
  const columns = covers(image.width, width);
  const area = image.height * image.width;
  const data = new Uint8Array(height * width * channels);
  const sums = new Float64Array(image.width * channels);
  let to = 0;
  for (const row of rows) {
    sums.fill(0);
    for (const [k, overlap] of row.overlaps.entries()) {
      const from = (row.first + k) * sums.length;
      for (let i = 0; i < sums.length; i++) sums[i]! += source[from + i]! * overlap;
    }
    for (const column of columns) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        let from = column.first * channels + channel;
        for (const overlap of column.overlaps) {
          sum += sums[from]! * overlap;
          from += channels;
        }
        data[to++] = Math.floor(sum / area + 0.5);
      }
    }
  }
  return data;
}

function covers(stored: number, wanted: number): Cover[] {
  return Array.from({ length: wanted }, (_, i) => {
    // In units of 1 / wanted stored pixels, a new pixel is `stored` long and a stored one `wanted`.
    const begin = i * stored;
    const end = begin + stored;
    const first = Math.floor(begin / wanted);
    const last = Math.ceil(end / wanted);
    const overlaps = Array.from({ length: last - first }, (_, k) => {
      const at = (first + k) * wanted;
      return Math.min(end, at + wanted) - Math.max(begin, at);
    });
    return { first, overlaps };
  });
}
