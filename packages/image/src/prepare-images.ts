import { readFile, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { FileError, ImageError } from "@covidxr/core";
import { type ContentCache, cacheKey, openContentCache } from "@covidxr/core/files";
import {
  checkArguments,
  checkOptions,
  formatBytes,
  type OptionKinds,
  throwIfInterrupted,
} from "@covidxr/core/internal";
import {
  checkPixelOptions,
  DECODING_KINDS,
  type DecodeImageOptions,
  decodeWithRemarks,
  describeIncomplete,
  readLimitedHeader,
} from "./codecs/decode-image.js";
import { type Decoder, type ResolvedDecoder, resolveDecoder } from "./codecs/decoders.js";
import type { ImageHeader } from "./codecs/image-header.js";
import type { IntensityWindow } from "./codecs/intensity-window.js";
import { readPngStructure } from "./codecs/png-header.js";
import { checkSize, type RgbImage } from "./pixels/image.js";
import { RESIZE, type ResizeOptions, resize } from "./pixels/resize.js";

/** Format of the cached pixels; raised when the same file would give other pixels. */
const PIXELS_VERSION = 1;

/** Options of {@link prepareImages}. */
export interface PrepareImagesOptions
  extends ResizeOptions,
    Pick<DecodeImageOptions, "orientation" | "pixelLimit" | "window"> {
  /** Folder that the paths start from, such as `root` of a collection. @defaultValue the working directory */
  readonly root?: string;
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
  /** Names the pixels: digest of the file's bytes and everything that makes pixels of them. */
  readonly key: string;
  readonly making: PixelMaking;
  /** The pixels at the size asked for. */
  pixels(): Promise<RgbImage>;
}

/** What makes the pixels of a file's bytes. */
export interface PixelMaking
  extends Required<ResizeOptions>,
    Pick<DecodeImageOptions, "orientation" | "window"> {
  readonly decoder: ResolvedDecoder;
}

/** A file that could not be used, and why. */
export interface FailedImage {
  readonly path: string;
  readonly error: FileError | ImageError;
}

/** What of a file its pixels do not show, such as transparency, further frames, or that it is incomplete. */
export interface ImageRemark {
  readonly path: string;
  readonly message: string;
}

/** Outcome for each file. */
export interface PreparedImages {
  /** By path. */
  readonly images: ReadonlyMap<string, PreparedImage>;
  /** In the order of the paths. */
  readonly failures: readonly FailedImage[];
  /** Of images that are used, in the order of the paths. */
  readonly remarks: readonly ImageRemark[];
  /** Images decoded now; the others came from the cache. */
  readonly decoded: number;
  // What made the pixels; saved with a model, it makes the same of new images.
  readonly decoder: ResolvedDecoder;
  readonly orientation: "apply" | "ignore";
  /** Absent where none was named. */
  readonly window?: IntensityWindow | "full";
}

/**
 * Reads, decodes and resizes image files, each once, so that every unreadable one is known before long work starts.
 * With a cache folder the pixels are kept under a digest of the file's bytes and everything that makes pixels of them: a second
 * run decodes nothing, an edited file is decoded again.
 *
 * @param paths Files; a path that appears twice is prepared once.
 * @throws {FileError} when the cache folder cannot be read or written. An unreadable image is not thrown but listed in
 * `failures`.
 * @throws {InvalidArgumentError} on an option out of range or unknown.
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
  checkArguments({ paths }, { paths: "strings" });
  checkOptions(options, KINDS);
  checkPixelOptions(options);
  const { height, width, method = "bilinear", orientation = "apply", pixelLimit, window } = options;
  checkSize({ height, width });
  const decoder = await resolveDecoder(options.decoder);
  const settings: Settings = {
    making: {
      ...{ height, width, method, decoder },
      // What stands at its default is left out: features are cached, and images augmented, by this key.
      ...(orientation !== "apply" && { orientation }),
      ...(window !== undefined && { window }),
    },
    limit: {
      ...(pixelLimit !== undefined && { pixelLimit }),
      ...(options.signal !== undefined && { signal: options.signal }),
    },
    root: options.root,
  };
  const cache = options.cacheFolder === undefined ? undefined : openContentCache(options.cacheFolder);
  const queue = [...new Set(paths)];
  const outcomes = new Map<string, Prepared | FailedImage>();
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
  const remarks: ImageRemark[] = [];
  let decoded = 0;
  for (const path of queue) {
    const outcome = outcomes.get(path)!;
    if ("error" in outcome) failures.push(outcome);
    else {
      images.set(path, outcome.image);
      remarks.push(...outcome.remarks.map((message) => ({ path, message })));
      if (outcome.decoded) decoded++;
    }
  }
  return {
    ...{ images, failures, remarks, decoded, decoder, orientation },
    ...(window !== undefined && { window }),
  };
}

const KINDS: OptionKinds<PrepareImagesOptions> = {
  ...RESIZE,
  root: "string?",
  decoder: DECODING_KINDS.decoder,
  orientation: DECODING_KINDS.orientation,
  pixelLimit: DECODING_KINDS.pixelLimit,
  window: DECODING_KINDS.window,
  cacheFolder: "string?",
  onProgress: "function?",
  signal: "object?",
};

interface Settings {
  readonly limit: Pick<DecodeImageOptions, "pixelLimit" | "signal">;
  readonly making: PixelMaking;
  readonly root: string | undefined;
}

interface Prepared {
  readonly image: PreparedImage;
  readonly remarks: readonly string[];
  readonly decoded: boolean;
}

/** Pixels at the size asked for, and what they do not show. */
interface Pixels {
  readonly image: RgbImage;
  readonly remarks: readonly string[];
}

async function prepareOrFail(path: string, settings: Settings, cache: ContentCache | undefined) {
  const file = fileAt(path, settings.root);
  try {
    return await prepare(path, file, settings, cache);
  } catch (error) {
    const ofImage = error instanceof ImageError || (error instanceof FileError && error.path === file);
    if (!ofImage) throw error;
    return { path, error };
  }
}

async function prepare(
  path: string,
  file: string,
  settings: Settings,
  cache: ContentCache | undefined,
): Promise<Prepared> {
  const bytes = await readImageFile(file);
  const key = cacheKey("pixels", PIXELS_VERSION, settings.making, bytes);
  const header = readLimitedHeader(bytes, file, settings.limit.pixelLimit);
  const layout = { ...settings.making, hasRemarks: mayHaveRemarks(bytes, header, file) };
  const kept = await cachedPixels(cache, key, layout);
  const { image, remarks } = kept
    ? { ...kept, remarks: [...kept.remarks, ...remarksOfFile(bytes, header, file)] }
    : await decodeToSize(file, bytes, settings);
  if (kept === undefined) await cache?.put(key, pack({ image, remarks }, layout.hasRemarks));
  const pixels =
    cache === undefined
      ? async () => image
      : // Read when they are asked for, so that memory stays flat; an entry lost meanwhile is decoded again.
        async () => {
          const again =
            (await cachedPixels(cache, key, layout)) ??
            (await decodeToSize(file, await readImageFile(file), settings));
          return again.image;
        };
  return { image: { path, key, making: settings.making, pixels }, remarks, decoded: kept === undefined };
}

/** Remarks that no cache entry has, since the file itself tells them. */
function remarksOfFile(bytes: Uint8Array, header: ImageHeader, name: string): string[] {
  const incomplete = describeIncomplete(bytes, header, name);
  return incomplete === undefined ? [] : [incomplete];
}

/** Whether a cache entry ends with remarks: those of a PNG with more than colours of eight bits. */
function mayHaveRemarks(bytes: Uint8Array, header: ImageHeader, name: string): boolean {
  if (header.format !== "png") return false;
  const { marksTransparency, frames } = readPngStructure(bytes, header, name);
  return header.bitDepth === 16 || header.hasAlpha || marksTransparency || frames > 1;
}

/** What a cache entry holds: pixels, then the remarks as JSON where there may be some. */
function pack({ image, remarks }: Pixels, hasRemarks: boolean): Uint8Array {
  return hasRemarks ? Buffer.concat([image.data, Buffer.from(JSON.stringify(remarks))]) : image.data;
}

async function cachedPixels(
  cache: ContentCache | undefined,
  key: string,
  { height, width, hasRemarks }: PixelMaking & { readonly hasRemarks: boolean },
): Promise<Pixels | undefined> {
  const hit = await cache?.get(key);
  const length = height * width * 3;
  if (hit?.state !== "found") return undefined;
  if (!hasRemarks) {
    return hit.content.length === length
      ? { image: { width, height, data: hit.content }, remarks: [] }
      : undefined;
  }
  if (hit.content.length <= length) return undefined;
  const remarks = JSON.parse(Buffer.from(hit.content.subarray(length)).toString()) as string[];
  return { image: { width, height, data: hit.content.subarray(0, length) }, remarks };
}

async function decodeToSize(name: string, bytes: Uint8Array, settings: Settings): Promise<Pixels> {
  const { decoder, height, width, method, ...pixels } = settings.making;
  const decoding = { ...pixels, ...settings.limit, name, decoder: decoder.name };
  const { image, remarks } = await decodeWithRemarks(bytes, decoding);
  return { image: resize(image, { height, width, method }), remarks };
}

/** The file of a path that starts from a folder. */
export function fileAt(path: string, root: string | undefined): string {
  return root === undefined ? path : join(root, path);
}

/** More bytes than the largest image takes that may be decoded by default, stored without compression. */
const FILE_LIMIT = 2 ** 29;

/** @throws {FileError} with reason `"missing"` or `"unreadable"`: also of what is no file, such as a pipe, or longer than 512 MB. */
export async function readImageFile(path: string): Promise<Uint8Array> {
  try {
    const found = await stat(path);
    if (!found.isFile())
      throw unreadable(path, "expected an image file, found something else; check the path");
    if (found.size > FILE_LIMIT) {
      throw unreadable(
        path,
        `expected an image file of at most ${formatBytes(FILE_LIMIT)}, found one of ${formatBytes(found.size)}; save it anew`,
      );
    }
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof FileError) throw cause;
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

function unreadable(path: string, message: string): FileError {
  return new FileError({ path, reason: "unreadable", message });
}
