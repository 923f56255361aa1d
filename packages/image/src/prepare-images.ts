import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { FileError, ImageError } from "@covidxr/core";
import { type ContentCache, cacheKey, openContentCache } from "@covidxr/core/files";
import { throwIfInterrupted } from "@covidxr/core/internal";
import { decodeImage } from "./codecs/decode-image.js";
import { type Decoder, type ResolvedDecoder, resolveDecoder } from "./codecs/decoders.js";
import type { RgbImage } from "./pixels/image.js";
import { type ResizeOptions, resize } from "./pixels/resize.js";

/** Format of the cached pixels; raised when the same file would give other pixels. */
const PIXELS_VERSION = 1;

/** Options of {@link prepareImages}. */
export interface PrepareImagesOptions extends ResizeOptions {
  /** @defaultValue "auto" */
  readonly decoder?: Decoder;
  /** Folder that keeps the pixels for the next run. @defaultValue none: pixels stay in memory */
  readonly cacheFolder?: string;
  /** Called after each image. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

/** A file whose image was decoded and brought to size. */
export interface PreparedImage {
  readonly path: string;
  /** Names the pixels: digest of the file's bytes, the decoder and the size. */
  readonly key: string;
  /** The pixels at the size asked for. */
  pixels(): Promise<RgbImage>;
}

/** A file that could not be used, and why. */
export interface FailedImage {
  readonly path: string;
  readonly error: FileError | ImageError;
}

/** Outcome for each file. */
export interface PreparedImages {
  /** By path. */
  readonly images: ReadonlyMap<string, PreparedImage>;
  /** In the order of the paths. */
  readonly failures: readonly FailedImage[];
  /** Images decoded now; the others came from the cache. */
  readonly decoded: number;
  readonly decoder: ResolvedDecoder;
}

/**
 * Reads, decodes and resizes image files, each once, so that every unreadable one is known before long work starts.
 * With a cache folder the pixels are kept under a digest of (file bytes, decoder, size): a second run decodes
 * nothing, an edited file is decoded again.
 *
 * @param paths Files; a path that appears twice is prepared once.
 * @throws {FileError} when the cache folder cannot be read or written. An unreadable image is not thrown but listed in
 * `failures`.
 * @throws {InterruptedError} when `signal` fires.
 *
 * @example
 * ```ts
 * import { prepareImages } from "@covidxr/image";
 *
 * const paths = ["images/covid/c0-0.png", "images/covid/missing.png"];
 * const { images, failures } = await prepareImages(paths, { height: 160, width: 160, cacheFolder: "cache/pixels" });
 * console.log(images.size, failures.map(({ path }) => path)); // 1 [ 'images/covid/missing.png' ]
 * ```
 */
export async function prepareImages(
  paths: readonly string[],
  options: PrepareImagesOptions,
): Promise<PreparedImages> {
  const decoder = await resolveDecoder(options.decoder);
  const settings: Settings = {
    height: options.height,
    width: options.width,
    method: options.method ?? "bilinear",
    decoder,
  };
  const cache = options.cacheFolder === undefined ? undefined : openContentCache(options.cacheFolder);
  const queue = [...new Set(paths)];
  const outcomes = new Map<string, { image: PreparedImage; decoded: boolean } | FailedImage>();
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    while (next < queue.length) {
      throwIfInterrupted(options.signal, "preparing images");
      const path = queue[next++]!;
      outcomes.set(path, await prepareOrFail(path, settings, cache));
      options.onProgress?.({ done: ++done, total: queue.length });
    }
  };
  // sharp decodes off this thread, so several files can be under way; with jimp this only overlaps reading.
  await Promise.all(Array.from({ length: availableParallelism() }, work));

  const images = new Map<string, PreparedImage>();
  const failures: FailedImage[] = [];
  let decoded = 0;
  for (const path of queue) {
    const outcome = outcomes.get(path)!;
    if ("error" in outcome) failures.push(outcome);
    else {
      images.set(path, outcome.image);
      if (outcome.decoded) decoded++;
    }
  }
  return { images, failures, decoded, decoder };
}

interface Settings extends Required<ResizeOptions> {
  readonly decoder: ResolvedDecoder;
}

async function prepareOrFail(path: string, settings: Settings, cache: ContentCache | undefined) {
  try {
    return await prepare(path, settings, cache);
  } catch (error) {
    const ofImage = error instanceof ImageError || (error instanceof FileError && error.path === path);
    if (!ofImage) throw error;
    return { path, error };
  }
}

async function prepare(path: string, settings: Settings, cache: ContentCache | undefined) {
  const bytes = await readImageFile(path);
  const key = cacheKey("pixels", PIXELS_VERSION, settings, bytes);
  const kept = await cachedPixels(cache, key, settings);
  const image = kept ?? (await decodeToSize(path, bytes, settings));
  if (kept === undefined) await cache?.put(key, image.data);
  const pixels = cache === undefined ? inMemory(image) : fromCache(cache, path, key, settings);
  return { image: { path, key, pixels }, decoded: kept === undefined };
}

function inMemory(image: RgbImage): () => Promise<RgbImage> {
  return async () => image;
}

/** Reads pixels when they are asked for, so that memory stays flat; an entry lost meanwhile is decoded again. */
function fromCache(cache: ContentCache, path: string, key: string, settings: Settings) {
  return async (): Promise<RgbImage> =>
    (await cachedPixels(cache, key, settings)) ?? decodeToSize(path, await readImageFile(path), settings);
}

async function cachedPixels(
  cache: ContentCache | undefined,
  key: string,
  { height, width }: Settings,
): Promise<RgbImage | undefined> {
  const hit = await cache?.get(key);
  if (hit?.state !== "found" || hit.content.length !== height * width * 3) return undefined;
  return { width, height, data: hit.content };
}

async function decodeToSize(path: string, bytes: Uint8Array, settings: Settings): Promise<RgbImage> {
  const decoded = await decodeImage(bytes, { name: path, decoder: settings.decoder.name });
  return resize(decoded, settings);
}

async function readImageFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new FileError({
      path,
      reason: missing ? "missing" : "unreadable",
      message: missing
        ? "expected an image file, found none; check the folder"
        : `cannot be read (${(cause as Error).message}); check its permissions`,
      cause,
    });
  }
}
