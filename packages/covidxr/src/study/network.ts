import "@tensorflow/tfjs-backend-cpu";
import { join } from "node:path";
import { networkInput, type PreparedImage } from "@covidxr/image";
import { buildModel, type NamedWeights, summary } from "@covidxr/model";
import {
  calibrateBackbone,
  createFeatureExtractor,
  extractFeatures as extract,
  type FeatureSource,
  type LabelledFeatures,
  streamedFeatures,
  variantFeatures,
} from "@covidxr/training";
import type { EpochFeatures } from "@covidxr/training/internal";
import { enableProdMode, setBackend } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Run } from "../run/run.js";
import type { Settings } from "../settings/declarations.js";
import type { StudyDefinition } from "./published.js";

/** Settings that decide the network. */
type NetworkSettings = Pick<Settings, "height" | "width" | "preprocessing" | "seed">;
type FeatureSettings = NetworkSettings & Pick<Settings, "featurePrecision" | "providers">;

/**
 * Selects the pure JavaScript backend, which only holds weights here: onnxruntime computes. Production mode omits the advice
 * to install another backend.
 */
export async function useTensorFlow(): Promise<void> {
  enableProdMode();
  await setBackend("cpu");
}

/** A handful is enough: each layer's statistics are over all pixels of these images. */
const CALIBRATION_IMAGES = 8;

/**
 * Builds the study's network: VGG19, of which the last three backbone layers train, and its head. A random backbone is scaled
 * on the first training images, so that the layers after it can learn.
 */
export async function buildNetwork(
  run: Run<NetworkSettings>,
  trainingImages: readonly PreparedImage[],
): Promise<LayersModel> {
  await useTensorFlow();
  const { height, width, preprocessing, seed } = run.settings;
  const model = await buildModel({ height, width, seed, weights: run.place.weights });
  if (run.place.weights === "random") {
    run.say.line(
      `\nThe backbone starts at random, scaled on ${CALIBRATION_IMAGES} images so that it can learn; it was trained on no image.`,
    );
    const sample = trainingImages.slice(0, CALIBRATION_IMAGES);
    const data = new Float32Array(sample.length * height * width * 3);
    for (const [i, image] of sample.entries()) {
      data.set(await networkInput(image, preprocessing).load(), i * height * width * 3);
    }
    await run.stage("calibration", "Scaling the backbone", "layers", (onProgress) =>
      calibrateBackbone(model, { data, dims: [sample.length, height, width, 3] }, { onProgress }),
    );
  }
  run.say.block(summary(model));
  return model;
}

/** The same network with other initial values of the head. */
export function rebuildNetwork(
  run: Run<NetworkSettings>,
  seed: number,
  backbone: NamedWeights,
): Promise<LayersModel> {
  const { height, width } = run.settings;
  return buildModel({ height, width, seed, backbone });
}

/** Name and size of a network, for `run.json`. */
export function describeNetwork(name: string, model: LayersModel) {
  const count = (weights: LayersModel["weights"]): number =>
    weights.reduce((total, { shape }) => total + shape.reduce<number>((n, side) => n * side!, 1), 0);
  return { name, parameters: count(model.weights), trainable: count(model.trainableWeights) };
}

/** Features of images: outputs of the frozen layers, computed once per image and cached. */
export async function extractFeatures(
  run: Run<FeatureSettings>,
  model: LayersModel,
  images: readonly PreparedImage[],
) {
  const sources = images.map((image) => networkInput(image, run.settings.preprocessing));
  return extractFrom(run, model, sources, "Extracting features");
}

async function extractFrom(
  run: Run<FeatureSettings>,
  model: LayersModel,
  sources: readonly FeatureSource[],
  label: string,
) {
  const extracted = await run.stage("features", label, "images", (onProgress) =>
    extract(model, sources, {
      cacheFolder: join(run.place.cache, "features"),
      precision: run.settings.featurePrecision,
      providers: run.settings.providers,
      onFallback: (message) => run.say.once(message),
      onProgress,
      signal: run.signal,
    }),
  );
  run.say.extraction(extracted);
  return extracted.values;
}

/** Training images as each epoch sees them, and what must be disposed of after the last. */
export interface AugmentedFeatures {
  readonly training: LabelledFeatures | EpochFeatures;
  dispose(): Promise<void>;
}

/**
 * The training images as the run augments them: not at all, in K augmented copies whose features are extracted once, or anew
 * in every epoch.
 *
 * @param plain Features of the images as they are.
 */
export async function augmentTraining(
  run: Run<FeatureSettings & Pick<Settings, "augmentation" | "variants" | "seed">>,
  study: StudyDefinition,
  model: LayersModel,
  images: readonly PreparedImage[],
  plain: LabelledFeatures,
): Promise<AugmentedFeatures> {
  const { augmentation, variants, seed, preprocessing, providers } = run.settings;
  const { labels, origins } = plain;
  const keep = { dispose: async () => {} };
  if (augmentation === "none") return { training: plain, ...keep };
  const moved = (image: PreparedImage, copy: number) =>
    networkInput(image, preprocessing, { ranges: study.augmentation, seed, copy });
  if (variants === "fresh") {
    const extractor = createFeatureExtractor(model, { providers });
    const load = (epoch: number, row: number) => moved(images[row]!, epoch).load();
    return {
      training: streamedFeatures(extractor, labels, load, origins),
      dispose: () => extractor.dispose(),
    };
  }
  const sources = Array.from({ length: variants }, (_, copy) => images.map((image) => moved(image, copy)));
  const label = `Extracting features of ${variants} augmented ${variants === 1 ? "copy" : "copies"}`;
  const values = await extractFrom(run, model, sources.flat(), label);
  const lists = sources.map((_, copy) => values.slice(copy * images.length, (copy + 1) * images.length));
  return { training: variantFeatures(lists, labels, seed, origins), ...keep };
}
