import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename, join, resolve, win32 } from "node:path";
import { pipeline } from "node:stream/promises";
import { DownloadError, FileError, InvalidArgumentError } from "@covidxr/core";
import { type DownloadOptions, downloadFiles } from "@covidxr/download";
import { defaultCacheFolder } from "./default-cache-folder.js";
import { IMAGENET_WEIGHTS, type WeightsSource } from "./weights-source.js";

/** Options of {@link fetchWeights}. */
export interface FetchWeightsOptions extends Omit<DownloadOptions, "absent" | "concurrency"> {
  /** Folder that the file goes to; made when it is not there. @defaultValue {@link defaultCacheFolder} of `env` */
  readonly cacheFolder?: string;
}

/** A published weights file on disk. */
export interface FetchedWeights {
  /** Absolute path of the whole, verified file. */
  readonly path: string;
  /** SHA-256 of its content, lower-case hexadecimal: for the record also where the publisher states another digest. */
  readonly sha256: string;
  /** Bytes that came over the network, those of attempts that failed included. */
  readonly transferredBytes: number;
  /** False when the file was there already, or another process fetched it meanwhile. */
  readonly fetched: boolean;
}

/**
 * Makes sure that a published weights file stands in the cache folder: verified by length and digests on every call,
 * fetched when it is absent. A file that is right costs no connection. The final name never holds anything but the
 * whole file; an interrupted transfer is gone on with by the next call, and of two processes one fetches while the
 * other waits.
 *
 * @param source `"imagenet"` for {@link IMAGENET_WEIGHTS}, where `resolveWeights` and `buildModel` find it, or any
 *   published file. Its licence is not shown here: that is up to the caller.
 * @throws {InvalidArgumentError} (`source`) on another text, or a file name with folders; as `downloadFiles` on
 *   addresses, digests and options.
 * @throws {FileError} `"different"` when other content stands under that name (see `existing`), `"unwritable"`,
 *   `"unreadable"`.
 * @throws {DownloadError} when no address gives the file; nothing stands under its name then. The message ends with the
 *   ways to get it nevertheless.
 * @throws {InterruptedError} when `signal` fires; what has come is kept.
 */
export async function fetchWeights(
  source: "imagenet" | WeightsSource,
  options: FetchWeightsOptions = {},
): Promise<FetchedWeights> {
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
      message: `expected "imagenet" or a published file, got ${JSON.stringify(source)}; a file on disk need not be fetched`,
    });
  }
  // Windows' rules are the stricter ones: they know drives and both slashes.
  if (source.file === "" || /^\.+$/.test(source.file) || win32.basename(source.file) !== source.file) {
    throw new InvalidArgumentError({
      parameter: "source",
      value: source.file,
      message: `expected the name of a file without folders, got ${JSON.stringify(source.file)}; choose the folder by cacheFolder`,
    });
  }
  return source;
}

/** Says what can be done where that is more than `downloadFiles` can know. */
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
        "use it as it is by its path (--weights FILE), move it away, " +
        `or let it be replaced (existing: "replace"; --replace)`,
      cause: error,
    });
  }
  if (!(error instanceof DownloadError)) return error;
  const { url, reason, status } = error;
  const size = bytes !== undefined && (bytes < 1e6 ? `${bytes} bytes` : `${Math.round(bytes / 1e6)} MB`);
  const known = [size, ...facts.slice(1)].filter(Boolean).join(", ");
  const isOffline = reason === "offline";
  const fault = isOffline
    ? `expected the published weights at ${path}, and the network is not to be used`
    : error.message.slice(`${url}: `.length);
  return new DownloadError({
    url,
    reason,
    ...(status !== undefined && { status }),
    message:
      `${fault}; ${isOffline ? "leave offline out, " : ""}put ${basename(path)} (${known}) at ${path} by hand, ` +
      "name another by --weights FILE, or set a mirror (COVIDXR_MIRROR)",
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
