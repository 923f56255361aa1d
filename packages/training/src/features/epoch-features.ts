import { createRng, InvalidArgumentError } from "@covidxr/core";
import type { FeatureArray } from "./feature-array.js";
import type { FeatureExtractor } from "./feature-extractor.js";

/** Training images whose features may differ from epoch to epoch, as augmentation makes them. */
export interface EpochFeatures {
  /** Class of each image: 0 or 1 for one output unit, else 0 … units-1. */
  readonly labels: readonly number[];
  /**
   * Features of the images `rows` as `epoch` (from 1 on) sees them. The same arguments give the same values, so that
   * a run can stop and go on.
   */
  features(epoch: number, rows: ArrayLike<number>): Promise<readonly FeatureArray[]>;
}

/**
 * Augmented copies whose features were extracted beforehand: epoch e sees copy e mod K of every image, in an order of
 * the copies that the seed decides.
 *
 * @param variants K lists of features, each in the order of `labels`.
 * @throws {InvalidArgumentError} on no list, or one that has another length than `labels`.
 */
export function variantFeatures(
  variants: readonly (readonly FeatureArray[])[],
  labels: readonly number[],
  seed: number,
): EpochFeatures {
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
  const order = createRng(seed, { purpose: "variant-order" }).permutation(variants.length);
  return {
    labels,
    async features(epoch, rows) {
      const variant = variants[order[epoch % variants.length]!]!;
      return Array.from(rows, (row) => variant[row]!);
    },
  };
}

/**
 * Images augmented anew in every epoch, whose features are computed when a step needs them and not kept. This is the
 * protocol of Keras' generators; each epoch costs what extracting all features costs.
 *
 * @param load The network's input `[H, W, 3]` for an image in an epoch; the same arguments give the same values.
 * @param extractor Stays the caller's to dispose of.
 */
export function streamedFeatures(
  extractor: FeatureExtractor,
  labels: readonly number[],
  load: (epoch: number, row: number) => Promise<Float32Array>,
): EpochFeatures {
  return {
    labels,
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
