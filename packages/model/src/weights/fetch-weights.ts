import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename, join, resolve, win32 } from "node:path";
import { pipeline } from "node:stream/promises";
import { DownloadError, FileError, InvalidArgumentError } from "@covidxr/core";
import { checkArguments, checkOptions, describeValue } from "@covidxr/core/internal";
import { type DownloadOptions, downloadFiles } from "@covidxr/download";
import { DOWNLOAD } from "@covidxr/download/internal";
import { defaultCacheFolder, IMAGENET_WEIGHTS, type WeightsSource } from "./weights-file.js";

/** Options of {@link fetchWeights}. */
export interface FetchWeightsOptions extends Omit<DownloadOptions, "absent" | "concurrency"> {
  /** Folder of the file; created when it does not exist. @defaultValue {@link defaultCacheFolder} of `env` */
  readonly cacheFolder?: string;
}

/** Result of {@link fetchWeights}. */
export interface FetchedWeights {
  /** Absolute path of the whole, verified file. */
  readonly path: string;
  /** SHA-256 of its content, lower-case hexadecimal: computed for the record where the publisher states another digest. */
  readonly sha256: string;
  /** Bytes received over the network, including those of failed attempts. */
  readonly transferredBytes: number;
  /** False when the file was already there, or another process fetched it meanwhile. */
  readonly fetched: boolean;
}

/**
 * Makes sure that a published weights file is in the cache folder: verified by length and digests on every call, fetched
 * when absent. A file that is already there needs no connection. The final name only ever holds the whole file;
 * interrupted downloads resume, and of two processes one fetches while the other waits.
 *
 * @param source `"imagenet"` for {@link IMAGENET_WEIGHTS}, where `resolveWeights` and `buildModel` find it, or any
 *   published file. Showing its licence is up to the caller.
 * @throws {InvalidArgumentError} (`source`) on any other text, or a file name with folders; as `downloadFiles` on
 *   addresses, digests and options.
 * @throws {FileError} `"different"` when that name holds other content (see `existing`), `"unwritable"`,
 *   `"unreadable"`.
 * @throws {DownloadError} when no address has the file; its name is not created then. The message ends with other ways to
 *   get it.
 * @throws {InterruptedError} when `signal` fires; what was received is kept.
 */
export async function fetchWeights(
  source: "imagenet" | WeightsSource,
  options: FetchWeightsOptions = {},
): Promise<FetchedWeights> {
  const { absent: _, concurrency: __, ...kinds } = DOWNLOAD;
  checkOptions(options, { ...kinds, cacheFolder: "string?" });
  const weights = checkSource(source);
  const { cacheFolder = defaultCacheFolder(options.env && { env: options.env }), ...download } = options;
  const folder = resolve(cacheFolder);
  const path = join(folder, weights.file);
  const { file, bytes, digests, urls } = weights;
  const { fetched, transferredBytes } = await downloadFiles([{ path: file, bytes, digests, urls }], folder, {
    ...download,
    absent: "refuse",
  }).catch((error: unknown) => {
    throw explain(error, path, weights);
  });
  return {
    path,
    sha256: digests.sha256 ?? (await sha256Of(path)),
    transferredBytes,
    fetched: fetched > 0,
  };
}

function checkSource(source: "imagenet" | WeightsSource): WeightsSource {
  if (source === "imagenet") return IMAGENET_WEIGHTS;
  if (typeof source !== "object" || source === null) {
    throw new InvalidArgumentError({
      parameter: "source",
      value: source,
      message: `expected "imagenet" or a published file, got ${describeValue(source)}; a file on disk needs no fetching`,
    });
  }
  const { file, digests, urls } = source;
  checkArguments({ file, digests, urls }, { file: "string", digests: "object", urls: "strings" });
  // Windows' rules are the stricter ones: drives and both slashes.
  if (source.file === "" || /^\.+$/.test(source.file) || win32.basename(source.file) !== source.file) {
    throw new InvalidArgumentError({
      parameter: "source",
      value: source.file,
      message: `expected the name of a file without folders, got ${JSON.stringify(source.file)}; choose the folder with cacheFolder`,
    });
  }
  return source;
}

/** Adds remedies that `downloadFiles` cannot know. */
function explain(error: unknown, path: string, { bytes, digests }: WeightsSource): unknown {
  const facts = [
    bytes !== undefined && `${bytes} bytes`,
    digests.md5 && `MD5 ${digests.md5}`,
    digests.sha256 && `SHA-256 ${digests.sha256}`,
  ];
  if (error instanceof FileError && error.reason === "different" && error.path === path) {
    return new FileError({
      path,
      reason: "different",
      message:
        `expected the published weights (${facts.filter(Boolean).join(", ")}), found other content; ` +
        'use it by its path with weights: "FILE", move it away, ' +
        `or replace it with existing: "replace"`,
      cause: error,
    });
  }
  if (!(error instanceof DownloadError)) return error;
  const { url, reason, status } = error;
  const size = bytes !== undefined && (bytes < 1e6 ? `${bytes} bytes` : `${Math.round(bytes / 1e6)} MB`);
  const known = [size, ...facts.slice(1)].filter(Boolean).join(", ");
  const isOffline = reason === "offline";
  const problem = isOffline
    ? `expected the published weights at ${path}, found none, and offline mode allows no download`
    : error.message.slice(`${url}: `.length);
  return new DownloadError({
    url,
    reason,
    ...(status !== undefined && { status }),
    message:
      `${problem}; ${isOffline ? "leave out offline: true, " : ""}put ${basename(path)} (${known}) at ${path} by hand, ` +
      'name another with weights: "FILE", or set a mirror (COVIDXR_MIRROR)',
    cause: error,
  });
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(path, { highWaterMark: 2 ** 20 }), hash);
  } catch (cause) {
    throw new FileError({
      path,
      reason: "unreadable",
      message: `cannot be read (${(cause as Error).message}); check the disk and its permissions`,
      cause,
    });
  }
  return hash.digest("hex");
}
