import { createRng } from "@covidxr/core";
import { cacheKey } from "@covidxr/core/files";
import {
  augment,
  normalize,
  type PreparedImage,
  type Preprocessing,
  STUDY_AUGMENTATION,
  sampleAugmentation,
} from "@covidxr/image";
import type { FeatureSource } from "@covidxr/training";

/** A prepared image as the network's input, loaded when its turn comes. */
export function featureSource(image: PreparedImage, preprocessing: Preprocessing): FeatureSource {
  return {
    key: cacheKey(image.key, preprocessing),
    load: async () => normalize(await image.pixels(), preprocessing),
  };
}

/**
 * A prepared image moved as the study's generator moves it. The draw depends on the seed, the image's own content and
 * `copy` alone, so that neither the other images nor their order change it.
 *
 * @param copy Running number of the variant, or of the epoch.
 */
export function augmentedSource(
  image: PreparedImage,
  preprocessing: Preprocessing,
  seed: number,
  copy: number,
): FeatureSource {
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
