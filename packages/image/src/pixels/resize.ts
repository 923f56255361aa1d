import { checkOptions, type OptionKinds } from "@covidxr/core/internal";
import { checkImage, checkSize, type RgbImage } from "./image.js";

/** How a resized pixel is made of stored ones. */
export type ResizeMethod = "nearest" | "bilinear";

/** Size and method of {@link resize}. */
export interface ResizeOptions {
  /** Rows of the result. */
  readonly height: number;
  /** Columns of the result. */
  readonly width: number;
  /**
   * `"nearest"` takes the stored pixel under the centre of the new one; `"bilinear"` weighs all stored pixels within
   * one new pixel's distance (a triangle that widens when the image shrinks, so it smooths).
   * @defaultValue `"bilinear"`
   */
  readonly method?: ResizeMethod;
}

/** How {@link ResizeOptions} are written. */
export const RESIZE: OptionKinds<ResizeOptions> = {
  ...{ height: "number", width: "number" },
  method: ["nearest", "bilinear", undefined],
};

/**
 * Resizes as Pillow does, bit for bit (`Image.resize` with `NEAREST` or `BILINEAR`, no box, no reducing gap): the
 * resize behind Keras' `load_img`. The aspect ratio is not kept.
 *
 * @throws {InvalidArgumentError} when `data` does not fit the size, or on a side or method out of range.
 */
export function resize(image: RgbImage, options: ResizeOptions): RgbImage {
  checkOptions(options, RESIZE);
  const { height, width, method = "bilinear" } = options;
  checkImage(image, [3]);
  checkSize({ height, width });
  return method === "nearest" ? resizeNearest(image, height, width) : resizeBilinear(image, height, width);
}

/** Pillow's nearest resize of a checked image. */
function resizeNearest(image: RgbImage, height: number, width: number): RgbImage {
  const columns = storedPositions(image.width, width);
  const rows = storedPositions(image.height, height);
  const source = image.data;
  const data = new Uint8Array(height * width * 3);
  let to = 0;
  for (let y = 0; y < height; y++) {
    const row = rows[y]! * image.width;
    for (let x = 0; x < width; x++, to += 3) {
      const from = (row + columns[x]!) * 3;
      data[to] = source[from]!;
      data[to + 1] = source[from + 1]!;
      data[to + 2] = source[from + 2]!;
    }
  }
  return { width, height, data };
}

/**
 * floor((i + 0.5) * stored / wanted) for each i, summed step by step as Pillow does (`ImagingScaleAffine`): where the
 * exact value is a whole number, the sum's rounding decides which pixel is taken.
 */
function storedPositions(stored: number, wanted: number): Int32Array {
  const step = stored / wanted;
  const positions = new Int32Array(wanted);
  let position = step * 0.5;
  for (let i = 0; i < wanted; i++) {
    positions[i] = position;
    position += step;
  }
  return positions;
}

/** Fraction bits of the coefficients: 32, less 8 of the pixel and 2 against overflow (Pillow, `Resample.c`). */
const PRECISION_BITS = 32 - 8 - 2;
const HALF = 1 << (PRECISION_BITS - 1);

/** For every new position, which stored ones it weighs and by how much. */
interface Coefficients {
  /** First stored position, one a new position. */
  readonly first: Int32Array;
  /** Number of stored positions, one a new position. */
  readonly count: Int32Array;
  /** Weights in fixed point, `stride` a new position. */
  readonly weights: Int32Array;
  readonly stride: number;
}

/** Pillow's bilinear resize of a checked image: across, then down, each rounded to eight bits. */
function resizeBilinear(image: RgbImage, height: number, width: number): RgbImage {
  const across = width === image.width ? image : resizeRows(image, width);
  const down = height === across.height ? across : resizeColumns(across, height);
  return down === image ? { ...image, data: image.data.slice() } : down;
}

function resizeRows(image: RgbImage, width: number): RgbImage {
  const { first, count, weights, stride } = coefficients(image.width, width);
  const source = image.data;
  const data = new Uint8Array(image.height * width * 3);
  let to = 0;
  for (let y = 0; y < image.height; y++) {
    const row = y * image.width * 3;
    for (let x = 0; x < width; x++, to += 3) {
      let red = HALF;
      let green = HALF;
      let blue = HALF;
      let from = row + first[x]! * 3;
      const begin = x * stride;
      const end = begin + count[x]!;
      for (let k = begin; k < end; k++, from += 3) {
        const weight = weights[k]!;
        red += source[from]! * weight;
        green += source[from + 1]! * weight;
        blue += source[from + 2]! * weight;
      }
      data[to] = clipped(red);
      data[to + 1] = clipped(green);
      data[to + 2] = clipped(blue);
    }
  }
  return { width, height: image.height, data };
}

function resizeColumns(image: RgbImage, height: number): RgbImage {
  const { first, count, weights, stride } = coefficients(image.height, height);
  const rowBytes = image.width * 3;
  const source = image.data;
  const data = new Uint8Array(height * rowBytes);
  const sums = new Int32Array(rowBytes);
  for (let y = 0; y < height; y++) {
    sums.fill(HALF);
    for (let k = 0; k < count[y]!; k++) {
      const weight = weights[y * stride + k]!;
      const row = (first[y]! + k) * rowBytes;
      for (let i = 0; i < rowBytes; i++) sums[i]! += source[row + i]! * weight;
    }
    const to = y * rowBytes;
    for (let i = 0; i < rowBytes; i++) data[to + i] = clipped(sums[i]!);
  }
  return { width: image.width, height, data };
}

/** Triangle filter of support 1, widened by the scale when the image shrinks (Pillow, `precompute_coeffs`). */
function coefficients(stored: number, wanted: number): Coefficients {
  const scale = stored / wanted;
  const support = Math.max(scale, 1);
  const stride = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(wanted);
  const count = new Int32Array(wanted);
  const weights = new Int32Array(wanted * stride);
  const exact = new Float64Array(stride);
  const perPixel = 1 / support;
  for (let i = 0; i < wanted; i++) {
    const centre = (i + 0.5) * scale;
    const begin = Math.max(0, Math.trunc(centre - support + 0.5));
    const length = Math.min(stored, Math.trunc(centre + support + 0.5)) - begin;
    let total = 0;
    for (let k = 0; k < length; k++) {
      const weight = Math.max(0, 1 - Math.abs((k + begin - centre + 0.5) * perPixel));
      exact[k] = weight;
      total += weight;
    }
    for (let k = 0; k < length; k++) {
      weights[i * stride + k] = Math.trunc(0.5 + (exact[k]! / total) * (1 << PRECISION_BITS));
    }
    first[i] = begin;
    count[i] = length;
  }
  return { first, count, weights, stride };
}

function clipped(sum: number): number {
  const value = sum >> PRECISION_BITS;
  return Math.min(value, 255);
}
