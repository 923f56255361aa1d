import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { FileError, ImageError, InvalidArgumentError } from "@covidxr/core";
import { type ContentCache, cacheKey, openContentCache } from "@covidxr/core/files";
import { checkArguments, checkOptions, throwIfInterrupted } from "@covidxr/core/internal";
import { decodeImage, type RgbImage, resolveDecoder } from "@covidxr/image";
import {
  type Decoder,
  describeIncomplete,
  type FailedImage,
  fileAt,
  type IntensityWindow,
  type ResolvedDecoder,
  readImageFile,
  readLimitedHeader,
} from "@covidxr/image/internal";
import { type Fingerprint, greyLevels, greyThumbnail, THUMBNAIL_SIDE } from "./fingerprint.js";

/** Version of cached fingerprints; raised when the same file would give another one. */
const FINGERPRINT_VERSION = 2;

/** Options of {@link fingerprintImages}. */
export interface FingerprintImagesOptions {
  /** Folder that the paths start from, such as `root` of a collection. @defaultValue the working directory */
  readonly root?: string;
  /** @defaultValue "auto" */
  readonly decoder?: Decoder;
  /** Of 16-bit images, as in `decodeImage`. @defaultValue none: those that need one are failures */
  readonly window?: IntensityWindow | "full";
  /** Largest number of pixels, as in `decodeImage`. @defaultValue 40 million */
  readonly pixelLimit?: number;
  /** Folder that caches fingerprints. @defaultValue none */
  readonly cacheFolder?: string;
  /** Called after each image. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

/** Fingerprints and failures. */
export interface FingerprintedImages {
  /** In the order of the paths, each path once. */
  readonly fingerprints: readonly Fingerprint[];
  /** In the order of the paths, each path once. */
  readonly failures: readonly FailedImage[];
  /** Number of images decoded; the others came from the cache. */
  readonly decoded: number;
  readonly decoder: ResolvedDecoder;
}

/**
 * Fingerprints image files at full size. With a cache folder, fingerprints are kept under a digest of file bytes,
 * decoder and window: a second run decodes nothing, and an edited file is decoded again.
 *
 * @param paths Image files; repeated paths are read once.
 * @throws {FileError} when the cache folder cannot be read or written. An unreadable image does not throw; it is listed in
 * `failures`.
 * @throws {InterruptedError} when `signal` fires.
 */
export async function fingerprintImages(
  paths: readonly string[],
  options: FingerprintImagesOptions = {},
): Promise<FingerprintedImages> {
  checkArguments({ paths }, { paths: "strings" });
  checkOptions(options, {
    root: "string?",
    decoder: ["auto", "jimp", "sharp", undefined],
    window: "any?",
    pixelLimit: "number?",
    cacheFolder: "string?",
    onProgress: "function?",
    signal: "object?",
  });
  const { root, window, pixelLimit, signal } = options;
  const decoder = await resolveDecoder(options.decoder);
  const cache = options.cacheFolder === undefined ? undefined : openContentCache(options.cacheFolder);
  const queue = [...new Set(paths)];
  const outcomes = new Map<string, { fingerprint: Fingerprint; decoded: boolean } | FailedImage>();
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    while (next < queue.length) {
      throwIfInterrupted(options.signal, "taking fingerprints of images");
      const path = queue[next++]!;
      outcomes.set(path, await fingerprintOrFail(path, { root, decoder, window, pixelLimit, signal }, cache));
      options.onProgress?.({ done: ++done, total: queue.length });
    }
  };
  // sharp decodes in threads of its own, so several files are decoded at once; with jimp only reading overlaps.
  await Promise.all(Array.from({ length: availableParallelism() }, work));

  const fingerprints: Fingerprint[] = [];
  const failures: FailedImage[] = [];
  let decoded = 0;
  for (const path of queue) {
    const outcome = outcomes.get(path)!;
    if ("error" in outcome) failures.push(outcome);
    else {
      fingerprints.push(outcome.fingerprint);
      if (outcome.decoded) decoded++;
    }
  }
  return { fingerprints, failures, decoded, decoder };
}

/** Where a file is, and what makes its pixels. */
interface Decoding {
  readonly root: string | undefined;
  readonly decoder: ResolvedDecoder;
  readonly window: IntensityWindow | "full" | undefined;
  readonly pixelLimit: number | undefined;
  readonly signal: AbortSignal | undefined;
}

async function fingerprintOrFail(path: string, decoding: Decoding, cache: ContentCache | undefined) {
  const file = fileAt(path, decoding.root);
  try {
    return await fingerprintFile(path, file, decoding, cache);
  } catch (error) {
    const ofImage = error instanceof ImageError || (error instanceof FileError && error.path === file);
    if (!ofImage) throw error;
    return { path, error };
  }
}

async function fingerprintFile(
  path: string,
  file: string,
  { decoder, window, pixelLimit, signal }: Decoding,
  cache: ContentCache | undefined,
) {
  const bytes = await readImageFile(file);
  const key = cacheKey("fingerprint", FINGERPRINT_VERSION, decoder, window ?? null, bytes);
  const header = readLimitedHeader(bytes, file, pixelLimit);
  const incomplete = describeIncomplete(bytes, header, file);
  const told = incomplete === undefined ? {} : { incomplete };
  const hit = await cache?.get(key);
  const kept = hit?.state === "found" ? unpackFingerprint(hit.content, path) : undefined;
  if (kept !== undefined) return { fingerprint: { ...kept, ...told }, decoded: false };
  const image = await decodeImage(bytes, {
    name: file,
    decoder: decoder.name,
    ...(window !== undefined && { window }),
    ...(pixelLimit !== undefined && { pixelLimit }),
    ...(signal !== undefined && { signal }),
  });
  const fingerprint = fingerprintImage({ path, bytes, format: header.format, image });
  await cache?.put(key, packFingerprint(fingerprint));
  return { fingerprint: { ...fingerprint, ...told }, decoded: true };
}

/** A decoded image file. */
export interface DecodedFile {
  /** Path of the file, as the fingerprint names it. */
  readonly path: string;
  /** Content of the file. */
  readonly bytes: Uint8Array;
  readonly format: "jpeg" | "png";
  /** Its pixels, upright and at full size. */
  readonly image: RgbImage;
}

/**
 * Fingerprints a decoded image. Grey values are the luma of ITU-R BT.601 (0.299 red + 0.587 green + 0.114 blue), computed
 * in integers: the same pixels give the same fingerprint on any machine.
 *
 * @throws {InvalidArgumentError} with parameter `"image"` when the pixels do not match the size.
 */
export function fingerprintImage({ path, bytes, format, image }: DecodedFile): Fingerprint {
  checkImage(image);
  const levels = greyLevels(image);
  return {
    path,
    bytes: bytes.length,
    fileDigest: createHash("sha256").update(bytes).digest("hex"),
    // Includes the size, or a grey strip rotated by 90° would have the same digest.
    pixelDigest: createHash("sha256")
      .update(`${image.width}x${image.height}:`)
      .update(image.data)
      .digest("hex"),
    format,
    width: image.width,
    height: image.height,
    grey: isGrey(image),
    thumbnail: greyThumbnail(image),
    histogram: Float32Array.from(levels, (count) => count / (image.width * image.height)),
  };
}

function isGrey({ data }: RgbImage): boolean {
  for (let i = 0; i < data.length; i += 3) {
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false;
  }
  return true;
}

function checkImage({ width, height, data }: RgbImage): void {
  if (Number.isInteger(width) && width > 0 && Number.isInteger(height) && height > 0) {
    if (data.length === width * height * 3) return;
  }
  throw new InvalidArgumentError({
    parameter: "image",
    value: { width, height, length: data.length },
    message:
      `expected height * width * 3 values for sides of 1 or more, got ${data.length} for ` +
      `${width} × ${height}; pass the decoded image unchanged`,
  });
}

/** A fingerprint without its path as JSON, for the cache. */
function packFingerprint({ path: _, ...fingerprint }: Fingerprint): Uint8Array {
  const thumbnail = Array.from(fingerprint.thumbnail);
  const histogram = Array.from(fingerprint.histogram);
  return Buffer.from(JSON.stringify({ ...fingerprint, thumbnail, histogram }));
}

/** The fingerprint of the file at `path`; `undefined` when the bytes hold none. */
function unpackFingerprint(content: Uint8Array, path: string): Fingerprint | undefined {
  try {
    const stored = JSON.parse(Buffer.from(content).toString());
    const thumbnail = Uint8Array.from(stored.thumbnail);
    const histogram = Float32Array.from(stored.histogram);
    if (thumbnail.length !== THUMBNAIL_SIDE ** 2 || histogram.length !== 256) return undefined;
    return { ...stored, path, thumbnail, histogram };
  } catch {
    return undefined;
  }
}
