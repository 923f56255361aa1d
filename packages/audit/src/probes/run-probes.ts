import { InvalidArgumentError } from "@covidxr/core";
import {
  checkArguments,
  checkInteger,
  checkOptions,
  plural,
  throwIfInterrupted,
} from "@covidxr/core/internal";
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
   * Images of both classes, from at least two patients each. Copies of an image must share one `patient`, or a copy in
   * another fold would reveal its label.
   */
  readonly images: readonly ProbeImage[];
  /** Feature extractor for the probes that see images. @defaultValue `pixelEmbedder()` */
  readonly embedder?: Embedder;
  /**
   * Lung mask of an image, the same at each call; covered where above 0. Every image needs one; see {@link openLungMasks}.
   * The outline of a mask, and with it the shape of the lungs, stays visible.
   * @defaultValue two ellipses, the same for all images
   */
  readonly lungMask?: LungMaskOf;
  /** Seed of the folds. Safe integer, 0 or more. */
  readonly seed: number;
  /**
   * Number of folds, 2 or more; fewer where a class, a source, or the other sources together have fewer patients.
   * @defaultValue 5
   */
  readonly folds?: number;
  /** The model's AUC on the held-out images, to compare with. @defaultValue none: no verdicts */
  readonly model?: AucEstimate;
  /** Called with the number of images whose features were extracted. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

/**
 * Measures how well the label can be predicted from what should not reveal it: the border, the image with its lungs
 * covered, a thumbnail, grey levels, size and format; and how well images reveal their source, among all images and within
 * one class (DeGrave, Janizek and Lee 2021; Maguolo and Nanni 2021).
 *
 * Each probe is a ridge classifier. The out-of-fold AUC covers all images, each scored by a fit to other patients' images.
 * The held-out AUC covers the held-out images after a fit to the training images, for comparison with the model's; patients
 * in both leak there as they do for the model. A probe at chance proves nothing: another probe could see more.
 *
 * @returns The whole image as reference, the label probes, then the source probes, which are left out where there are too
 * few images or patients of two sources.
 * @throws {InvalidArgumentError} unless there are images of both classes from at least two patients each; on a missing lung
 * mask, invalid vectors from the embedder, or a seed or number of folds out of range.
 * @throws {InterruptedError} when `signal` fires.
 */
export async function runProbes(options: RunProbesOptions): Promise<ProbeResult[]> {
  checkOptions(options, {
    ...{ images: "objects", embedder: "object?", lungMask: "function?", seed: "number" },
    ...{ folds: "number?", model: "object?", onProgress: "function?", signal: "object?" },
  });
  const { images, embedder = pixelEmbedder(), lungMask, seed, folds = 5, signal } = options;
  const model = options.model ?? null;
  checkImages(images);
  checkInteger("folds", folds, { min: 2 });
  checkInteger("seed", seed, { min: 0 });
  checkArguments({ "embedder.embed": embedder.embed }, { "embedder.embed": "function" });
  throwIfInterrupted(signal, "running probes");
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
    const metrics = await evaluateProbe(target, features, splits, signal);
    const { name, title, description, subject, without } = probe;
    const verdict = judgeProbe(metrics, model);
    const words = labelProbeWords(subject, without, { ...metrics, model, verdict });
    results.push({ name, title, description, target: "label", ...metrics, verdict, words });
  };
  const probeSource = async (source: SourceTarget): Promise<void> => {
    const metrics = await evaluateProbe(source, { vectors: whole!, binned: false }, splits, signal);
    const description = sourceProbeDescription(embedder.description);
    const presentation = presentSource(source, metrics.outOfFold);
    results.push({ ...presentation, description, target: "source", ...metrics, verdict: null });
  };
  const reference = await evaluateProbe(target, { vectors: whole!, binned: false }, splits, signal);
  results.push({
    ...wholeImageProbe(embedder.description),
    target: "label",
    ...reference,
    verdict: null,
    words: wholeImageWords(reference.outOfFold),
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
      `expected images of ${MINIMUM_PATIENTS} patients of each class, since probes are fitted to some patients and ` +
      `evaluated on others, got ${plural(negative, "patient")} with negative and ${plural(positive, "patient")} with positive images; ` +
      "add patients, or skip the probes",
  });
}

function presentSource(
  { source, others, label }: SourceTarget,
  outOfFold: AucEstimate,
): Pick<ProbeResult, "name" | "title" | "words"> {
  const task = `distinguish ${source} from ${others}`;
  if (label === null) {
    return {
      name: "source",
      title: `source: ${source} or ${others}`,
      words: sourceProbeWords(
        `Whole images ${task}`,
        "a model can learn where an image comes from",
        outOfFold,
      ),
    };
  }
  const images = label === 1 ? "positive images" : "negative images";
  return {
    name: "source-within-class",
    title: `source within ${images}: ${source} or ${others}`,
    words: sourceProbeWords(
      `Within ${images} alone, whole images ${task}`,
      "images reveal their source where the label cannot help",
      outOfFold,
    ),
  };
}

/** Extracts features of several lists of images, with one progress count. */
async function embedAll(
  embedder: Embedder,
  lists: readonly (readonly EmbeddableImage[])[],
  { onProgress, signal }: EmbedOptions,
): Promise<(readonly Float32Array[])[]> {
  const total = lists.reduce((sum, list) => sum + list.length, 0);
  const embedded: (readonly Float32Array[])[] = [];
  let before = 0;
  for (const list of lists) {
    throwIfInterrupted(signal, "running probes");
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
      message: `expected a vector for each of ${images} images, got ${vectors.length}`,
    });
  }
  const length = vectors[0]?.length ?? 0;
  const wrong = vectors.findIndex((vector) => vector.length !== length || !vector.every(Number.isFinite));
  if (wrong < 0) return;
  throw new InvalidArgumentError({
    parameter: "embedder",
    value: vectors[wrong],
    message: `expected ${length} finite values for each image, got others for image ${wrong}`,
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
