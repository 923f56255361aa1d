import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { InvalidArgumentError, WeightsError } from "@covidxr/core";
import { defaultCacheFolder } from "./default-cache-folder.js";
import { IMAGENET_WEIGHTS } from "./weights-source.js";

/** Options of {@link resolveWeights}. */
export interface ResolveWeightsOptions {
  /** Folder that holds the ImageNet weights. @defaultValue {@link defaultCacheFolder} */
  readonly cacheFolder?: string;
}

/**
 * Finds a weights file: for `"imagenet"` Keras' `vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5` in the cache
 * folder, otherwise the file at the path given. Nothing is downloaded: that is `fetchWeights`' work.
 *
 * @returns Absolute path of a file that exists; its content is not looked at.
 * @throws {WeightsError} `"missing"` with the place, the ways to get the file and the alternatives; `"unreadable"` when the
 *   path is no file or may not be read.
 * @throws {InvalidArgumentError} (`weights`) on an empty path, or `"random"`, which names no file.
 */
export async function resolveWeights(
  weights: "imagenet" | (string & {}),
  options: ResolveWeightsOptions = {},
): Promise<string> {
  if (weights === "" || weights === "random") {
    throw new InvalidArgumentError({
      parameter: "weights",
      value: weights,
      message: `expected "imagenet" or the path of a Keras .h5 file, got "${weights}"`,
    });
  }
  const path =
    weights === "imagenet"
      ? join(resolve(options.cacheFolder ?? defaultCacheFolder()), IMAGENET_WEIGHTS.file)
      : resolve(weights);
  await checkWeightsFile(path, weights);
  return path;
}

/** @throws {WeightsError} as {@link resolveWeights}. */
export async function checkWeightsFile(path: string, source = path): Promise<void> {
  let isFile: boolean;
  try {
    isFile = (await stat(path)).isFile();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code !== "ENOENT" && code !== "ENOTDIR") {
      throw new WeightsError({
        source,
        reason: "unreadable",
        message: `expected a readable file at ${path}, got ${(cause as Error).message}; check its permissions`,
        cause,
      });
    }
    throw new WeightsError({
      source,
      reason: "missing",
      message: `expected VGG19 weights at ${path}, found no file; ${remedy(source)}, or ask for an untrained backbone (--weights random)`,
      cause,
    });
  }
  if (!isFile) {
    throw new WeightsError({
      source,
      reason: "unreadable",
      message: `expected a Keras .h5 file at ${path}, got a folder or device; name the file itself`,
    });
  }
}

/** What can be done about weights that are not there. */
function remedy(source: string): string {
  if (source !== "imagenet") {
    return 'check the path, take the published ones (--weights imagenet, with --download to fetch them; fetchWeights("imagenet"))';
  }
  const { bytes, digests, urls } = IMAGENET_WEIGHTS;
  return (
    'let them be fetched (--download; fetchWeights("imagenet")), ' +
    `put ${urls[0]} (${Math.round(bytes / 1e6)} MB, MD5 ${digests.md5}) there by hand, name another file (--weights FILE)`
  );
}
