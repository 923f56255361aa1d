import { join } from "node:path";
import { STUDY_AUGMENTATION } from "@covidxr/dataset/study";
import { networkInput, type PreparedImage } from "@covidxr/image";
import {
  createFeatureExtractor,
  type EpochFeatures,
  extractFeatures,
  type FeatureSource,
  type LabelledFeatures,
  streamedFeatures,
  variantFeatures,
} from "@covidxr/training";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { RunOptions } from "../run/options/reproduce-options.js";
import type { StudyOptions } from "../run/options/study-options.js";
import type { Run } from "../run/run.js";
import type { TrainingOptions } from "./training-settings.js";

/** Extracts features of images under a label, with progress, from the run's cache where they are. */
export async function extractWithProgress(
  model: LayersModel,
  sources: readonly FeatureSource[],
  label: string,
  options: StudyOptions & TrainingOptions,
  run: Run,
  signal: AbortSignal,
) {
  const extracted = await run.stage("features", label, "images", (onProgress) =>
    extractFeatures(model, sources, {
      cacheFolder: join(options.cache, "features"),
      precision: options.featurePrecision,
      providers: options.providers,
      onFallback: (message) => run.say.once(message),
      onProgress,
      signal,
    }),
  );
  run.say.extraction(extracted);
  return extracted.values;
}

/** Training images as each epoch sees them, and what must be disposed of behind the last. */
export interface TrainingImages {
  readonly training: LabelledFeatures | EpochFeatures;
  dispose(): Promise<void>;
}

/**
 * The training images as the run augments them: not at all, in K moved copies whose features are extracted once, or
 * anew in every epoch.
 *
 * @param plain Features of the images as they are.
 */
export async function trainingImages(
  model: LayersModel,
  images: readonly PreparedImage[],
  plain: LabelledFeatures,
  options: RunOptions,
  run: Run,
  signal: AbortSignal,
): Promise<TrainingImages> {
  const { augmentation, variants, seed, preprocessing } = options;
  const { labels, origins } = plain;
  const keep = { dispose: async () => {} };
  if (augmentation === "none") return { training: plain, ...keep };
  if (variants === "fresh") {
    const extractor = createFeatureExtractor(model, { providers: options.providers });
    const load = (epoch: number, row: number) =>
      networkInput(images[row]!, preprocessing, { ranges: STUDY_AUGMENTATION, seed, copy: epoch }).load();
    return {
      training: streamedFeatures(extractor, labels, load, origins),
      dispose: () => extractor.dispose(),
    };
  }
  const sources = Array.from({ length: variants }, (_, copy) =>
    images.map((image) => networkInput(image, preprocessing, { ranges: STUDY_AUGMENTATION, seed, copy })),
  );
  const label = `Extracting features of ${variants} moved ${variants === 1 ? "copy" : "copies"}`;
  const values = await extractWithProgress(model, sources.flat(), label, options, run, signal);
  const lists = sources.map((_, copy) => values.slice(copy * images.length, (copy + 1) * images.length));
  return { training: variantFeatures(lists, labels, seed, origins), ...keep };
}
