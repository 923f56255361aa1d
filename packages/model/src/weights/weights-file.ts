import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join, posix, resolve, win32 } from "node:path";
import { InvalidArgumentError, WeightsError } from "@covidxr/core";
import { checkArguments, checkOptions, isAddress } from "@covidxr/core/internal";
import type { PublishedFile } from "@covidxr/download";

/** A published weights file. */
export interface WeightsSource extends Omit<PublishedFile, "path"> {
  /** Name of the file in the cache folder, without folders. */
  readonly file: string;
  /** Terms of use, where the publisher states any. */
  readonly licence?: {
    /** Short name, such as `"CC BY 4.0"`. */
    readonly name: string;
    /** Address of its text. */
    readonly url: string;
    /** Whom to credit, and who converted the weights, in one line. */
    readonly attribution: string;
  };
}

const KERAS_FILE = "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5";

/**
 * VGG19 without its top, trained on ImageNet (Simonyan and Zisserman 2015, arXiv:1409.1556), as Keras publishes it.
 * First address and MD5 as in keras/src/applications/vgg19.py; the second is the release that first carried the file.
 * Keras states no SHA-256.
 */
export const IMAGENET_WEIGHTS = {
  file: KERAS_FILE,
  bytes: 80_134_624,
  digests: { md5: "253f8cb515780f3b799900260a226db6" },
  urls: [
    `https://storage.googleapis.com/tensorflow/keras-applications/vgg19/${KERAS_FILE}`,
    `https://github.com/fchollet/deep-learning-models/releases/download/v0.1/${KERAS_FILE}`,
  ],
  licence: {
    name: "CC BY 4.0",
    url: "https://creativecommons.org/licenses/by/4.0/",
    attribution:
      "Karen Simonyan and Andrew Zisserman, Visual Geometry Group, University of Oxford; converted by Keras",
  },
} as const satisfies WeightsSource;

/**
 * Folder for files that can be fetched or computed again: `COVIDXR_CACHE` when set, else `covidxr` in the platform's
 * cache folder: `$XDG_CACHE_HOME` or `~/.cache`, on macOS `~/Library/Caches`, on Windows `%LOCALAPPDATA%`. It need not
 * exist.
 *
 * @throws {InvalidArgumentError} where `COVIDXR_CACHE` is an address.
 * @param options.env Environment variables. Default: `process.env`.
 * @param options.platform As `process.platform`, its default.
 * @param options.home Home folder. Default: `os.homedir()`.
 */
export function defaultCacheFolder(
  options: {
    readonly env?: Readonly<Record<string, string | undefined>>;
    readonly platform?: string;
    readonly home?: string;
  } = {},
): string {
  checkOptions(options, { env: "object?", platform: "string?", home: "string?" });
  const { env = process.env, platform = process.platform, home = homedir() } = options;
  const path = platform === "win32" ? win32 : posix;
  if (env.COVIDXR_CACHE) {
    if (!isAddress(env.COVIDXR_CACHE)) return path.resolve(env.COVIDXR_CACHE);
    throw new InvalidArgumentError({
      parameter: "COVIDXR_CACHE",
      value: "an address",
      message: "expected a path, got an address, which may hold a password; name a folder",
    });
  }
  if (platform === "win32") {
    return path.join(env.LOCALAPPDATA || path.join(home, "AppData", "Local"), "covidxr");
  }
  if (platform === "darwin") return path.join(home, "Library", "Caches", "covidxr");
  // The XDG base directory specification says to ignore a relative path.
  const xdg = env.XDG_CACHE_HOME;
  return path.join(xdg && path.isAbsolute(xdg) ? xdg : path.join(home, ".cache"), "covidxr");
}

/**
 * Finds a weights file: for `"imagenet"` Keras' `vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5` in the cache
 * folder, otherwise the file at the given path. Downloads nothing: `fetchWeights` does.
 *
 * @param options.cacheFolder Folder that holds the ImageNet weights. Default: {@link defaultCacheFolder}.
 * @returns Absolute path of an existing file; its content is not checked.
 * @throws {WeightsError} `"missing"` with the place, the ways to get the file and the alternatives; `"unreadable"` when the
 *   path is not a file or access is denied.
 * @throws {InvalidArgumentError} (`weights`) on an empty path, or `"random"`, which names no file.
 */
export async function resolveWeights(
  weights: "imagenet" | (string & {}),
  options: { readonly cacheFolder?: string } = {},
): Promise<string> {
  if (weights === "" || weights === "random") {
    throw new InvalidArgumentError({
      parameter: "weights",
      value: weights,
      message: `expected "imagenet" or the path of a Keras .h5 file, got "${weights}"`,
    });
  }
  checkArguments({ weights }, { weights: "string" });
  const path =
    weights === "imagenet"
      ? join(resolve(options.cacheFolder ?? defaultCacheFolder()), KERAS_FILE)
      : resolve(weights);
  await checkWeightsFile(path, weights);
  return path;
}

/** @throws {WeightsError} as `resolveWeights`. */
export async function checkWeightsFile(path: string, source = path): Promise<void> {
  const refuse = (reason: "missing" | "unreadable", message: string, cause?: unknown): never => {
    throw new WeightsError({ source, reason, message, cause });
  };
  const found = await stat(path).catch((cause) => {
    if (!["ENOENT", "ENOTDIR"].includes((cause as { code: string }).code)) {
      return refuse(
        "unreadable",
        `expected a readable file at ${path}, got ${(cause as Error).message}; check its permissions`,
        cause,
      );
    }
    return refuse(
      "missing",
      `expected VGG19 weights at ${path}, found no file; ${remedy(source)}, or use an untrained backbone with weights: "random"`,
      cause,
    );
  });
  if (!found.isFile()) {
    refuse(
      "unreadable",
      `expected a Keras .h5 file at ${path}, got a folder or device; name the file itself`,
    );
  }
}

/** What to do about missing weights. */
function remedy(source: string): string {
  if (source !== "imagenet") {
    return 'check the path, use the published ones with fetchWeights("imagenet") and weights: "imagenet"';
  }
  const { bytes, digests, urls } = IMAGENET_WEIGHTS;
  return (
    'fetch them with fetchWeights("imagenet"), ' +
    `put ${urls[0]} (${Math.round(bytes / 1e6)} MB, MD5 ${digests.md5}) there by hand, name another file with weights: "FILE"`
  );
}
