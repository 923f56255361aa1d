import { cacheKey } from "@covidxr/core/files";
import { normalize, type PreparedImage, type Preprocessing } from "@covidxr/image";
import type { FeatureSource } from "@covidxr/training";

/** A prepared image as the network's input, loaded when its turn comes. */
export function featureSource(image: PreparedImage, preprocessing: Preprocessing): FeatureSource {
  return {
    key: cacheKey(image.key, preprocessing),
    load: async () => normalize(await image.pixels(), preprocessing),
  };
}
