import { createRng, InvalidArgumentError } from "@covidxr/core";
import { cacheKey } from "@covidxr/core/files";
import type { PreparedImage } from "../prepare-images.js";
import { augment, STUDY_AUGMENTATION, sampleAugmentation } from "./augment.js";
import { normalize, type Preprocessing } from "./normalize.js";

/** One image as a network's input, loaded when its turn comes; what `extractFeatures` of `@covidxr/training` takes. */
export interface NetworkInput {
  /** Names everything that the input depends on: bytes of the file, decoder, size, preprocessing, augmentation. */
  readonly key: string;
  /** The input, float32 `[H, W, 3]` in row-major order. */
  load(): Promise<Float32Array>;
}

/** A copy of an image that is moved as the study moved its training images. */
export interface MovedCopy {
  /** Decides how far it is moved. Safe integer, 0 or more. */
  readonly seed: number;
  /** Running number of the copy, or of the epoch that sees it. Integer, 0 or more. */
  readonly copy: number;
}

/**
 * A prepared image as the network's input.
 *
 * @param moved Moves it by {@link STUDY_AUGMENTATION}. The draw depends on the seed, the image's own content and the number
 * of the copy alone, so that neither the other images nor their order change it. @defaultValue not moved
 * @throws {InvalidArgumentError} on a copy that is no whole number of 0 or more; by `load` on a seed out of range.
 */
export function networkInput(
  image: PreparedImage,
  preprocessing: Preprocessing,
  moved?: MovedCopy,
): NetworkInput {
  if (moved === undefined) {
    return {
      key: cacheKey(image.key, preprocessing),
      load: async () => normalize(await image.pixels(), preprocessing),
    };
  }
  const { seed, copy } = moved;
  if (!Number.isSafeInteger(copy) || copy < 0) {
    throw new InvalidArgumentError({
      parameter: "moved.copy",
      value: copy,
      message: `expected a whole number of 0 or more, got ${copy}`,
    });
  }
  // The key is a digest; its first 32 bits number the image.
  const index = Number.parseInt(image.key.slice(0, 8), 16);
  return {
    key: cacheKey(image.key, preprocessing, "study augmentation", STUDY_AUGMENTATION, seed, copy),
    async load() {
      const pixels = await image.pixels();
      const rng = createRng(seed, { purpose: "augmentation", epoch: copy, index });
      return normalize(augment(pixels, sampleAugmentation(rng, pixels)), preprocessing);
    },
  };
}
