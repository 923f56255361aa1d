import { createRng, InvalidArgumentError } from "@covidxr/core";
import { checkArguments, checkInteger } from "@covidxr/core/internal";
import type { ImageIdentity } from "@covidxr/dataset/internal";
import type { FeatureArray } from "./feature-array.js";
import type { FeatureExtractor } from "./feature-extractor.js";
import { checkOrigins, type EpochFeatures } from "./labelled-features.js";

/**
 * Augmented copies whose features were extracted beforehand: epoch e sees copy e mod K of every image, in an order of
 * the copies that the seed decides.
 *
 * @param variants K lists of features, each in the order of `labels`.
 * @param origins Which image each row is. @defaultValue unknown
 * @throws {InvalidArgumentError} on no list, and on lists or origins of another length than `labels`.
 */
export function variantFeatures(
  variants: readonly (readonly FeatureArray[])[],
  labels: readonly number[],
  seed: number,
  origins?: readonly ImageIdentity[],
): EpochFeatures {
  checkArguments({ variants, labels }, { variants: "objects", labels: "array" });
  checkInteger("seed", seed, { min: 0 });
  const odd = variants.find((variant) => variant.length !== labels.length);
  if (variants.length === 0 || odd !== undefined) {
    throw new InvalidArgumentError({
      parameter: "variants",
      value: odd?.length ?? 0,
      message: `expected at least one list of ${labels.length} images' features, got ${
        odd === undefined ? "none" : `one of ${odd.length}`
      }`,
    });
  }
  checkOrigins("origins", labels.length, origins);
  const order = createRng(seed, { purpose: "variant-order" }).permutation(variants.length);
  return {
    labels,
    ...(origins && { origins }),
    async features(epoch, rows) {
      const variant = variants[order[epoch % variants.length]!]!;
      return Array.from(rows, (row) => variant[row]!);
    },
  };
}

/**
 * Images augmented in every epoch, whose features are computed when a step needs them and not kept. This is the
 * protocol of Keras' generators; each epoch costs what extracting all features costs.
 *
 * @param load The network's input `[H, W, 3]` for an image in an epoch; the same arguments give the same values.
 * @param extractor Stays the caller's to dispose of.
 * @param origins Which image each row is. @defaultValue unknown
 * @throws {InvalidArgumentError} on origins of another length than `labels`.
 */
export function streamedFeatures(
  extractor: FeatureExtractor,
  labels: readonly number[],
  load: (epoch: number, row: number) => Promise<Float32Array>,
  origins?: readonly ImageIdentity[],
): EpochFeatures {
  checkArguments({ extractor, labels, load }, { extractor: "object", labels: "array", load: "function" });
  checkArguments({ "extractor.run": extractor.run }, { "extractor.run": "function" });
  checkOrigins("origins", labels.length, origins);
  return {
    labels,
    ...(origins && { origins }),
    async features(epoch, rows) {
      const features: Float32Array[] = [];
      for (let start = 0; start < rows.length; start += STREAM_BATCH) {
        const batch = Array.from(rows).slice(start, start + STREAM_BATCH);
        features.push(...(await extractor.run(await Promise.all(batch.map((row) => load(epoch, row))))));
      }
      return features;
    },
  };
}

/** Images that run together; see {@link ExtractFeaturesOptions.batchSize}. */
const STREAM_BATCH = 8;
