import { InvalidArgumentError } from "@covidxr/core";
import { throwIfInterrupted } from "@covidxr/core/internal";
import type { RgbImage } from "@covidxr/image";

/** A picture to embed. */
export interface EmbeddableImage {
  /** Names the pixels: equal keys, equal pixels; good for a cache. */
  readonly key: string;
  /** Gives the pixels; called when they are needed. */
  load(): Promise<RgbImage>;
}

/** Options of {@link Embedder.embed}. */
export interface EmbedOptions {
  /** Told after each picture, or each batch of them. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

/** Turns pictures into vectors that a linear probe can read, such as the frozen layers of a network. */
export interface Embedder {
  /** What it computes, in words that end a sentence, such as `"VGG19's frozen layers, averaged over the picture"`. */
  readonly description: string;
  /**
   * Vectors of equal length with finite values, one for each picture, in their order. A picture's vector depends on that
   * picture alone: what is fitted to pictures would carry held-out ones into training.
   *
   * @throws {InterruptedError} when `signal` fires.
   */
  embed(pictures: readonly EmbeddableImage[], options?: EmbedOptions): Promise<readonly Float32Array[]>;
}

// Luma of ITU-R BT.601.
const RED = 0.299;
const GREEN = 0.587;
const BLUE = 0.114;

/** Options of {@link pixelEmbedder}. */
export interface PixelEmbedderOptions {
  /** Rows and columns of the small picture, an integer of 1 or more. @defaultValue {@link PIXEL_EMBEDDER_DEFAULTS}.side */
  readonly side?: number;
}

/** Values that {@link pixelEmbedder} takes when none are given. */
export const PIXEL_EMBEDDER_DEFAULTS = { side: 24 } as const;

/**
 * Embeds a picture as its grey values, averaged to `side` × `side`: what can be told without any network. Grey is luma
 * of ITU-R BT.601 on 0 to 255; each value is the mean over its area of the picture, whose aspect ratio is not kept,
 * pixels that lie in it in part counting in part.
 *
 * @throws {InvalidArgumentError} on a side out of range.
 */
export function pixelEmbedder(options: PixelEmbedderOptions = {}): Embedder {
  const { side = PIXEL_EMBEDDER_DEFAULTS.side } = options;
  if (!Number.isInteger(side) || side < 1) {
    throw new InvalidArgumentError({
      parameter: "side",
      value: side,
      message: `expected an integer of 1 or more, got ${side}`,
    });
  }
  return {
    description: `grey values averaged to ${side} × ${side} pixels`,
    async embed(pictures, { onProgress, signal } = {}) {
      const vectors: Float32Array[] = [];
      for (const picture of pictures) {
        throwIfInterrupted(signal, "embedding pictures");
        vectors.push(averageGrey(await picture.load(), side));
        onProgress?.({ done: vectors.length, total: pictures.length });
      }
      return vectors;
    },
  };
}

function averageGrey({ width, height, data }: RgbImage, side: number): Float32Array {
  const columns = covers(width, side);
  const averages = new Float32Array(side * side);
  const sums = new Float64Array(width);
  for (const [row, { first, shares }] of covers(height, side).entries()) {
    sums.fill(0);
    for (const [k, share] of shares.entries()) {
      let from = (first + k) * width * 3;
      for (let column = 0; column < width; column++, from += 3) {
        sums[column]! += share * (RED * data[from]! + GREEN * data[from + 1]! + BLUE * data[from + 2]!);
      }
    }
    for (const [column, cover] of columns.entries()) {
      let sum = 0;
      for (const [k, share] of cover.shares.entries()) sum += share * sums[cover.first + k]!;
      averages[row * side + column] = sum;
    }
  }
  return averages;
}

/** Which stored positions lie under each of `wanted` new ones, and their shares of it, which sum to 1. */
function covers(stored: number, wanted: number): { first: number; shares: number[] }[] {
  return Array.from({ length: wanted }, (_, i) => {
    // In units of 1 / wanted stored pixels, a new pixel is `stored` long and a stored one `wanted`.
    const begin = i * stored;
    const end = begin + stored;
    const first = Math.floor(begin / wanted);
    const last = Math.ceil(end / wanted);
    const shares = Array.from({ length: last - first }, (_, k) => {
      const at = (first + k) * wanted;
      return (Math.min(end, at + wanted) - Math.max(begin, at)) / stored;
    });
    return { first, shares };
  });
}
