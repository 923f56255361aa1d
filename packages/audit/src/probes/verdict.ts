import { checkArguments } from "@covidxr/core/internal";
import { delong, formatEstimate, newcombeAucInterval } from "@covidxr/metrics";
import type { LevelOptions } from "@covidxr/metrics/internal";
import { type Association, isAttributeShortcut } from "../cohort/checks/check-attributes.js";
import type { Finding } from "../findings.js";

/** Area under the ROC curve with its confidence interval. */
export interface AucEstimate {
  /** From 0 to 1; NaN where the images are all of one class. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Confidence level of the interval, such as 0.95. */
  readonly level: number;
  /** `"DeLong"`, or `"Newcombe"` where DeLong's variance is zero or, with one image of a class, undefined. */
  readonly method: "DeLong" | "Newcombe";
  readonly negatives: number;
  readonly positives: number;
}

/** What a probe sees of an image; `"whole-image"` is not a shortcut but the reference for the others. */
export type ProbeName =
  | "whole-image"
  | "border"
  | "lungs-covered"
  | "thumbnail"
  | "grey-levels"
  | "size-and-format"
  | "source"
  | "source-within-class";

/**
 * How a label probe compares with the model.
 *
 * - `chance`: its interval contains 0.5, or lies below it.
 * - `signal`: it distinguishes the classes, but its AUC lies below the model's interval.
 * - `near-model`: it distinguishes the classes, and its AUC reaches the model's interval.
 */
export type ProbeVerdict = "chance" | "signal" | "near-model";

/** Result of a probe. */
export interface ProbeResult {
  readonly name: ProbeName;
  /** Such as `"border alone"`. */
  readonly title: string;
  /** What it sees and how its scores are computed, in one sentence. */
  readonly description: string;
  /** What it predicts. */
  readonly target: "label" | "source";
  /** On all images, each scored by a probe fitted to other patients' images. */
  readonly outOfFold: AucEstimate;
  /** On the held-out images, fitted to the training images; null unless both have both classes. */
  readonly heldOut: AucEstimate | null;
  /** Null for source probes, and without a model's AUC to compare with. */
  readonly verdict: ProbeVerdict | null;
  /** What the result means, in one sentence. */
  readonly words: string;
}

/**
 * Area under the ROC curve with its confidence interval: DeLong's, or Newcombe's where DeLong's variance is zero (an AUC of
 * 0 or 1, equal scores) or undefined (one image of a class). Both treat images as independent: where patients have several,
 * the interval is somewhat too narrow.
 *
 * @param truth N true classes, 0 or 1.
 * @param scores N finite scores, higher for class 1.
 * @returns NaN for value and limits where all images are of one class.
 * @throws {InvalidArgumentError} on unequal lengths, a label other than 0 and 1, a score that is not finite, or a
 * `level` outside (0, 1).
 */
export function estimateAuc(
  truth: readonly number[],
  scores: ArrayLike<number>,
  options: LevelOptions = {},
): AucEstimate {
  const { auc, variance, interval } = delong(truth, scores, options);
  const positives = truth.filter((label) => label === 1).length;
  const negatives = truth.length - positives;
  const open = !Number.isNaN(auc) && !(variance > 0);
  const { low, high, level } = open ? newcombeAucInterval(auc, positives, negatives, options) : interval;
  return { value: auc, low, high, level, method: open ? "Newcombe" : "DeLong", negatives, positives };
}

/**
 * Compares a label probe with the model.
 *
 * - `chance` when the out-of-fold interval does not lie above 0.5. Below 0.5 is chance too: out of fold, a classifier
 *   without information tends there. The few held-out images do not overrule it.
 * - `near-model` when the out-of-fold AUC, or the held-out AUC on the model's own images, is no lower than the lower limit
 *   of the model's interval.
 * - `signal` otherwise.
 *
 * The bar is the model's lower limit because that is what the model's AUC proves: a study that cannot exclude an AUC of
 * 0.85 for its model has not shown that the model sees more than a probe that reaches 0.85. A small held-out set lowers the
 * bar, as it should: `near-model` means that the AUC does not distinguish model and probe, not that they are equally good,
 * nor that the model uses what the probe sees. The out-of-fold AUC has more images and is more stable; the held-out AUC has
 * the same images and training set as the model's. Either suffices.
 *
 * The interval ignores that out-of-fold scores share training images: of probes that see noise, 3 to 7 % come out above
 * chance instead of 2.5 % (200 repetitions each of 80 images with 3 to 200 features). A marginal `signal` means little.
 *
 * @returns Null without a model, or where the interval of model or probe is undefined.
 */
export function judgeProbe(
  { outOfFold, heldOut }: Pick<ProbeResult, "outOfFold" | "heldOut">,
  model: AucEstimate | null,
): ProbeVerdict | null {
  if (model === null || Number.isNaN(model.low) || Number.isNaN(outOfFold.low)) return null;
  if (outOfFold.low <= 0.5) return "chance";
  const near = outOfFold.value >= model.low || (heldOut !== null && heldOut.value >= model.low);
  return near ? "near-model" : "signal";
}

/** AUC from which the label counts as predictable; below it, as partly predictable. */
const TOLD = 0.8;

/** Results of one label probe. */
interface LabelProbeMetrics {
  readonly outOfFold: AucEstimate;
  readonly heldOut: AucEstimate | null;
  readonly model: AucEstimate | null;
  readonly verdict: ProbeVerdict | null;
}

/**
 * Describes the result of a label probe in one sentence.
 *
 * @param subject What the probe sees, such as `"The border alone"`.
 * @param without What it does not see, such as `"without the middle of the image"`.
 */
export function labelProbeWords(subject: string, without: string, metrics: LabelProbeMetrics): string {
  const { outOfFold, heldOut, model, verdict } = metrics;
  if (Number.isNaN(outOfFold.low)) return `${subject} has no AUC: too few images.`;
  const reached = `${subject} reaches an AUC of ${formatEstimate(outOfFold)}`;
  if (outOfFold.low <= 0.5) return `${reached}: ${chance(outOfFold)}.`;
  const told = (value: number): string =>
    `the label is ${value >= TOLD ? "" : "partly "}predictable ${without}`;
  if (model === null || verdict === null) return `${reached}, above chance: ${told(outOfFold.value)}.`;
  const ofModel = `the model's ${formatEstimate(model)}`;
  if (verdict === "signal") {
    return `${reached}, above chance but below the interval of ${ofModel}: the label is partly predictable ${without}.`;
  }
  if (outOfFold.value >= model.low || heldOut === null) {
    return `${reached}, ${nearness(outOfFold, model)} ${ofModel}: ${told(outOfFold.value)}.`;
  }
  const onSame = `${formatEstimate(heldOut)} on the held-out images`;
  return `${reached} and ${onSame}, ${nearness(heldOut, model)} ${ofModel}: ${told(outOfFold.value)}.`;
}

/** Describes the reference in one sentence. */
export function wholeImageWords(outOfFold: AucEstimate): string {
  if (Number.isNaN(outOfFold.low)) return "The whole image has no AUC: too few images.";
  return (
    `The whole image, with the same feature extractor, reaches an AUC of ${formatEstimate(outOfFold)}: ` +
    "the reference for the covered images."
  );
}

/**
 * Describes the result of a source probe in one sentence.
 *
 * @param subject What it distinguishes and where, such as `"Whole images distinguish a from b"`.
 * @param meaning What follows if it does, such as `"a model can learn where an image comes from"`.
 */
export function sourceProbeWords(subject: string, meaning: string, outOfFold: AucEstimate): string {
  if (Number.isNaN(outOfFold.low)) return `${subject} with an undefined AUC: too few images.`;
  const reached = `${subject} with an AUC of ${formatEstimate(outOfFold)}`;
  return outOfFold.low <= 0.5 ? `${reached}: ${chance(outOfFold)}.` : `${reached}: ${meaning}.`;
}

function chance({ negatives, positives }: AucEstimate): string {
  return `not distinguishable from chance with ${negatives + positives} images`;
}

function nearness(probe: AucEstimate, model: AucEstimate): string {
  return probe.value >= model.value ? "no lower than" : "within the interval of";
}

/** A source probe is a finding if the lower limit of its AUC is above this. */
const SOURCE_FINDING_LIMIT = 0.8;

/** Name of the attribute that source probes predict. */
const SOURCE = "source";

/**
 * Turns probe results into findings: label probes that come near the model, and source probes whose interval lies above
 * 0.8, provided that the source predicts the label. Where it does not, images that reveal their source do no harm.
 *
 * @param results From {@link runProbes}.
 * @param audit From {@link auditCohort}, of the same images; of it the `attributes`. The one named `"source"` decides whether the
 * source predicts the label: adjusted p-value below 0.01 and at least 0.05 of the label entropy beyond chance. Without it,
 * or where it is undefined, no source probe is a finding.
 * @returns One finding for each such probe, in their order.
 */
export function probeFindings(
  results: readonly ProbeResult[],
  audit: { readonly attributes: readonly Association[] },
): Finding[] {
  checkArguments({ results, audit }, { results: "objects", audit: "object" });
  checkArguments({ attributes: audit.attributes }, { attributes: "objects" });
  const source = audit.attributes.find(({ attribute }) => attribute === SOURCE);
  const sourceTells = source !== undefined && isAttributeShortcut(source);
  const isFinding = ({ target, verdict, outOfFold }: ProbeResult): boolean =>
    target === "label" ? verdict === "near-model" : sourceTells && outOfFold.low > SOURCE_FINDING_LIMIT;
  return results.filter(isFinding).map((result) => ({
    check: "probes",
    severity: "shortcut",
    summary: result.words,
    items: [
      `${result.title}, out of fold: ${inFull(result.outOfFold)}`,
      ...(result.heldOut === null ? [] : [`${result.title}, held out: ${inFull(result.heldOut)}`]),
    ],
  }));
}

function inFull(estimate: AucEstimate): string {
  const { level, method, negatives, positives } = estimate;
  return (
    `AUC ${formatEstimate(estimate)} (${Math.round(level * 1000) / 10} %, ${method}), ` +
    `${positives} vs ${negatives} images`
  );
}
