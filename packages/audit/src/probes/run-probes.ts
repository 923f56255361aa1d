import { InvalidArgumentError } from "@covidxr/core";
import { plural, throwIfInterrupted } from "@covidxr/core/internal";
import { borderImages, type LungMaskOf, lungsCoveredImages, wholeImages } from "./covered-images.js";
import { type EmbeddableImage, type Embedder, type EmbedOptions, pixelEmbedder } from "./embedder.js";
import {
  countPatients,
  dealFolds,
  evaluateProbe,
  type FoldOptions,
  MINIMUM_PATIENTS,
  type ProbeFeatures,
  type ProbeImage,
  type ProbeTarget,
  type SourceTarget,
  sourceTargets,
  sourceTargetsWithinClass,
} from "./evaluate-probe.js";
import {
  borderProbe,
  FINGERPRINT_PROBES,
  lungsCoveredProbe,
  type ProbePresentation,
  sourceProbeDescription,
  wholeImageProbe,
} from "./label-probes.js";
import {
  type AucEstimate,
  judgeProbe,
  labelProbeWords,
  type ProbeResult,
  sourceProbeWords,
  wholeImageWords,
} from "./verdict.js";

/** Options of {@link runProbes}. */
export interface RunProbesOptions {
  /**
   * Images of both classes, of two patients each at least. A picture that comes twice does no harm out of fold where its
   * images have one `patient`; otherwise it must be given once, since its copy would tell its label.
   */
  readonly images: readonly ProbeImage[];
  /** Reads the pictures of the probes that look at them. @defaultValue `pixelEmbedder()` */
  readonly embedder?: Embedder;
  /**
   * Lung mask of an image, for which one is needed for every image; see `openLungMasks`. Masks follow the lungs, so their
   * outline stays visible, and with it the shape of the lungs. @defaultValue two ellipses, the same for all images
   */
  readonly lungMask?: LungMaskOf;
  /** Decides the folds. Safe integer, 0 or more. */
  readonly seed: number;
  /**
   * Folds of the out-of-fold figures, 2 or more; fewer are made where a class, or a source or the others together, have
   * fewer patients: as many as these. @defaultValue {@link PROBE_DEFAULTS}.folds
   */
  readonly folds?: number;
  /** The model's area on the held-out images, to compare with. @defaultValue none: no verdicts */
  readonly model?: AucEstimate;
  /** Counts embedded pictures. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

/** Values that {@link runProbes} takes when none are given. */
export const PROBE_DEFAULTS = { folds: 5 } as const;

/**
 * Asks how well the label can be told from what must not tell it: from the border, with the lungs covered, from a
 * thumbnail, from grey levels, from size and format; and how well pictures tell their source, among all images and
 * among those of one class (DeGrave, Janizek and Lee 2021; Maguolo and Nanni 2021).
 *
 * Each probe is a ridge classifier. Its out-of-fold figure is of all images, each scored by a fit to other patients'
 * images; its held-out figure is of the held-out images after a fit to the training ones, so that it stands beside the
 * model's. A patient in both is as much a leak there as it is for the model. A probe at chance proves nothing: another
 * one could see more.
 *
 * @returns The whole picture as yardstick, the probes of the label, then those of the source, which are left out where
 * there are too few images or patients of two sources.
 * @throws {InvalidArgumentError} without images of both classes, on a class with fewer than two patients, a missing lung
 * mask, vectors of the embedder that do not fit, and a seed or folds out of range.
 * @throws {InterruptedError} when `signal` fires.
 */
export async function runProbes(options: RunProbesOptions): Promise<ProbeResult[]> {
  const {
    images,
    embedder = pixelEmbedder(),
    lungMask,
    seed,
    folds = PROBE_DEFAULTS.folds,
    signal,
  } = options;
  const model = options.model ?? null;
  checkImages(images);
  checkFolds(folds);
  throwIfInterrupted(signal, "probing");
  const target = labelTarget(images, { folds, seed });
  const sources = sourceTargets(images, { folds, seed });
  const withinClass = sourceTargetsWithinClass(images, { folds, seed });
  const [whole, border, lungsCovered] = await embedAll(
    embedder,
    [wholeImages(images), borderImages(images), await lungsCoveredImages(images, lungMask, signal)],
    options,
  );

  const splits = images.map((image) => image.split);
  const results: ProbeResult[] = [];
  const probeLabel = async (probe: ProbePresentation, features: ProbeFeatures): Promise<void> => {
    const figures = await evaluateProbe(target, features, splits, signal);
    const { name, title, description, subject, without } = probe;
    const verdict = judgeProbe(figures, model);
    const words = labelProbeWords(subject, without, { ...figures, model, verdict });
    results.push({ name, title, description, target: "label", ...figures, verdict, words });
  };
  const probeSource = async (source: SourceTarget): Promise<void> => {
    const figures = await evaluateProbe(source, { vectors: whole!, binned: false }, splits, signal);
    const description = sourceProbeDescription(embedder.description);
    const presentation = presentSource(source, figures.outOfFold);
    results.push({ ...presentation, description, target: "source", ...figures, verdict: null });
  };
  const yardstick = await evaluateProbe(target, { vectors: whole!, binned: false }, splits, signal);
  results.push({
    ...wholeImageProbe(embedder.description),
    target: "label",
    ...yardstick,
    verdict: null,
    words: wholeImageWords(yardstick.outOfFold),
  });
  await probeLabel(borderProbe(embedder.description), { vectors: border!, binned: false });
  await probeLabel(lungsCoveredProbe(embedder.description, lungMask !== undefined), {
    vectors: lungsCovered!,
    binned: false,
  });
  for (const probe of FINGERPRINT_PROBES) {
    const vectors = images.map(({ fingerprint }) => probe.features(fingerprint));
    await probeLabel(probe, { vectors, binned: probe.binned });
  }
  for (const source of [...sources, ...withinClass]) await probeSource(source);
  return results;
}

function labelTarget(images: readonly ProbeImage[], options: FoldOptions): ProbeTarget {
  const labels = images.map((image) => image.label);
  const patients = images.map((image) => image.patient);
  const foldOf = dealFolds(labels, patients, options);
  if (foldOf !== null) return { members: images.map((_, place) => place), labels, foldOf };
  const [negative, positive] = countPatients(labels, patients);
  throw new InvalidArgumentError({
    parameter: "images",
    value: [negative, positive],
    message:
      `expected images of ${MINIMUM_PATIENTS} patients of each class, since probes learn from some patients and are ` +
      `judged by others, got ${plural(negative, "patient")} with negative and ${plural(positive, "patient")} with positive images; ` +
      "add patients, or do without probes",
  });
}

function presentSource(
  { source, others, label }: SourceTarget,
  outOfFold: AucEstimate,
): Pick<ProbeResult, "name" | "title" | "words"> {
  const telling = `tell ${source} from ${others}`;
  if (label === null) {
    return {
      name: "source",
      title: `source: ${source} or ${others}`,
      words: sourceProbeWords(
        `Whole pictures ${telling}`,
        "a model can learn where a picture comes from",
        outOfFold,
      ),
    };
  }
  const images = label === 1 ? "positive images" : "negative images";
  return {
    name: "source-within-class",
    title: `source among ${images}: ${source} or ${others}`,
    words: sourceProbeWords(
      `Among ${images} alone, whole pictures ${telling}`,
      "pictures tell their source where the label cannot help",
      outOfFold,
    ),
  };
}

/** Embeds several lists of pictures, counting them together. */
async function embedAll(
  embedder: Embedder,
  lists: readonly (readonly EmbeddableImage[])[],
  { onProgress, signal }: EmbedOptions,
): Promise<(readonly Float32Array[])[]> {
  const total = lists.reduce((sum, list) => sum + list.length, 0);
  const embedded: (readonly Float32Array[])[] = [];
  let before = 0;
  for (const list of lists) {
    throwIfInterrupted(signal, "probing");
    const start = before;
    const vectors = await embedder.embed(list, {
      onProgress: ({ done }) => onProgress?.({ done: start + done, total }),
      ...(signal === undefined ? {} : { signal }),
    });
    checkVectors(vectors, list.length);
    embedded.push(vectors);
    before += list.length;
  }
  return embedded;
}

function checkVectors(vectors: readonly Float32Array[], images: number): void {
  if (vectors.length !== images) {
    throw new InvalidArgumentError({
      parameter: "embedder",
      value: vectors.length,
      message: `expected a vector for each of ${images} pictures, got ${vectors.length}`,
    });
  }
  const length = vectors[0]?.length ?? 0;
  const wrong = vectors.findIndex((vector) => vector.length !== length || !vector.every(Number.isFinite));
  if (wrong < 0) return;
  throw new InvalidArgumentError({
    parameter: "embedder",
    value: vectors[wrong],
    message: `expected ${length} finite values for each picture, got others for picture ${wrong}`,
  });
}

function checkFolds(folds: number): void {
  if (Number.isSafeInteger(folds) && folds >= 2) return;
  throw new InvalidArgumentError({
    parameter: "folds",
    value: folds,
    message: `expected an integer from 2, got ${folds}; leave it out for ${PROBE_DEFAULTS.folds}`,
  });
}

function checkImages(images: readonly ProbeImage[]): void {
  const wrong = images.find(({ label }) => label !== 0 && label !== 1);
  const classes = new Set(images.map(({ label }) => label));
  if (wrong === undefined && classes.size === 2) return;
  throw new InvalidArgumentError({
    parameter: "images",
    value: wrong?.label ?? [...classes],
    message:
      "expected images of both classes, labelled 0 and 1, got " +
      (wrong !== undefined ? `label ${wrong.label}` : classes.size === 0 ? "none" : `only ${[...classes]}`),
  });
}
