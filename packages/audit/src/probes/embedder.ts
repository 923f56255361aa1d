import { checkInteger, checkOptions, throwIfInterrupted } from "@covidxr/core/internal";
import type { RgbImage } from "@covidxr/image";

/** An image to embed. */
export interface EmbeddableImage {
  /** Identifies the pixels, for caches: equal keys, equal pixels. */
  readonly key: string;
  /** Loads the pixels; called when they are needed. */
  load(): Promise<RgbImage>;
}

/** Options of {@link Embedder.embed}. */
export interface EmbedOptions {
  /** Called after each image or batch of images. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

/** Feature extractor of the probes, such as the frozen layers of a network. */
export interface Embedder {
  /** What it computes, such as `"VGG19's frozen layers, averaged over the image"`; used within a sentence. */
  readonly description: string;
  /**
   * Extracts one vector of finite values per image, all of equal length, in order. Each vector must depend on its image
   * alone: an extractor fitted to the images would leak held-out images into training.
   *
   * @throws {InterruptedError} when `signal` fires.
   */
  embed(images: readonly EmbeddableImage[], options?: EmbedOptions): Promise<readonly Float32Array[]>;
}

// Luma of ITU-R BT.601.
const RED = 0.299;
const GREEN = 0.587;
const BLUE = 0.114;

/** Options of {@link pixelEmbedder}. */
export interface PixelEmbedderOptions {
  /** Rows and columns of the reduced image, an integer of 1 or more. @defaultValue 24 */
  readonly side?: number;
}

/**
 * Feature extractor without a network: grey values averaged to `side` × `side`. Grey is the luma of ITU-R BT.601 on 0 to
 * 255; each value is the mean over its area of the image, whose aspect ratio is not kept. Pixels that lie partly in an
 * area count in proportion.
 *
 * @throws {InvalidArgumentError} on a side out of range.
 */
export function pixelEmbedder(options: PixelEmbedderOptions = {}): Embedder {
  checkOptions(options, { side: "number?" });
  const { side = 24 } = options;
  checkInteger("side", side, { min: 1 });
  return {
    description: `grey values averaged to ${side} × ${side} pixels`,
    async embed(images, { onProgress, signal } = {}) {
      const vectors: Float32Array[] = [];
      for (const image of images) {
        throwIfInterrupted(signal, "extracting features of images");
        vectors.push(averageGrey(await image.load(), side));
        onProgress?.({ done: vectors.length, total: images.length });
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

/** Stored positions under each of `wanted` new ones, and their shares of it, which sum to 1. */
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
