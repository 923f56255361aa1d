import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { InvalidArgumentError, WeightsError } from "@covidxr/core";
import { defaultCacheFolder } from "./default-cache-folder.js";

/** File that Keras publishes for VGG19 without its top (keras/src/applications/vgg19.py). */
const IMAGENET_FILE = "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5";
const IMAGENET_URL = `https://storage.googleapis.com/tensorflow/keras-applications/vgg19/${IMAGENET_FILE}`;
const IMAGENET_MD5 = "253f8cb515780f3b799900260a226db6";

/** Options of {@link resolveWeights}. */
export interface ResolveWeightsOptions {
  /** Folder that holds the ImageNet weights. @defaultValue {@link defaultCacheFolder} */
  readonly cacheFolder?: string;
}

/**
 * Finds a weights file: for `"imagenet"` Keras' `vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5` in the cache
 * folder, otherwise the file at the path given. Nothing is downloaded.
 *
 * @returns Absolute path of a file that exists; its content is not looked at.
 * @throws {WeightsError} `"missing"` with the address, the place and the alternatives; `"unreadable"` when the
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
      ? join(resolve(options.cacheFolder ?? defaultCacheFolder()), IMAGENET_FILE)
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
      message:
        `expected VGG19 weights at ${path}, found no file; download ${IMAGENET_URL} (80 MB, MD5 ${IMAGENET_MD5}) ` +
        "to that place, name another file (--weights FILE), or ask for an untrained backbone (--weights random)",
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
