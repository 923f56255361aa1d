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
