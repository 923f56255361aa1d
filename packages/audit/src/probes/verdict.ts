import { delong, formatEstimate, type LevelOptions, newcombeAucInterval } from "@covidxr/metrics";
import { type AttributeAssociation, isAttributeShortcut } from "../cohort/checks/check-attributes.js";
import type { Finding } from "../findings.js";

/** An area under the ROC curve with its interval. */
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

/** What a probe sees of an image; `"whole-image"` is no shortcut but what the others are measured against. */
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
 * How a probe of the label compares with the model.
 *
 * - `chance`: its interval holds 0.5, or lies below it.
 * - `signal`: it tells the classes apart, though its area lies below the model's interval.
 * - `near-model`: it tells the classes apart, and its area reaches the model's interval.
 */
export type ProbeVerdict = "chance" | "signal" | "near-model";

/** What one probe gives. */
export interface ProbeResult {
  readonly name: ProbeName;
  /** In words, such as `"border alone"`. */
  readonly title: string;
  /** What it sees and what computes its scores, in one sentence. */
  readonly description: string;
  /** What it predicts. */
  readonly target: "label" | "source";
  /** Of every image by a probe that was fitted on the other patients' images. */
  readonly outOfFold: AucEstimate;
  /** On the held-out images, fitted on the training ones; null unless both have both classes. */
  readonly heldOut: AucEstimate | null;
  /** Null for a probe of the source, and where no model's figure with an interval was given to compare with. */
  readonly verdict: ProbeVerdict | null;
  /** The verdict, or what the figure means, in one sentence. */
  readonly words: string;
}

/**
 * Area under the ROC curve with its interval: DeLong's, or Newcombe's where DeLong's variance is zero (an area of 0 or 1,
 * equal scores) or undefined (one image of a class). Both take the images as independent: where patients have several,
 * the interval is somewhat too narrow.
 *
 * @param truth N labels, 0 or 1.
 * @param scores N finite scores, higher for class 1.
 * @returns NaN for area and limits where the images are all of one class.
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
 * Compares a probe of the label with the model.
 *
 * - `chance` when the out-of-fold interval does not lie above 0.5. Below 0.5 is chance too: a classifier that knows
 *   nothing tends there when it is judged out of fold. Held-out images, which are few, do not overrule it.
 * - `near-model` when the out-of-fold area, or the held-out area on the model's own images, is no lower than the lower
 *   limit of the model's interval.
 * - `signal` otherwise.
 *
 * The model's lower limit is the bar because it is what the model's figure proves: a study that cannot exclude an area
 * of 0.85 for its model has not shown that the model reads more than a probe that reaches 0.85. So a small held-out set
 * lowers the bar, and should: `near-model` says that the figure does not tell model and probe apart, not that they are
 * equally good, nor that the model uses what the probe sees. The out-of-fold area is of more images and thus steadier;
 * the held-out area is of the same images and training set as the model's. Either suffices.
 *
 * Out-of-fold scores share training images, of which the interval knows nothing: of probes that see noise, 3 to 7 % come
 * out above chance, not 2.5 % (200 draws each of 80 images with 3 to 200 features). A `signal` by a hair is none.
 *
 * @returns Null without a model, or where its figure or the probe's has no interval.
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

/** Area from which words say that the label can be told; below it, only in part. */
const TOLD = 0.8;

/** Figures of one probe of the label. */
interface LabelProbeFigures {
  readonly outOfFold: AucEstimate;
  readonly heldOut: AucEstimate | null;
  readonly model: AucEstimate | null;
  readonly verdict: ProbeVerdict | null;
}

/**
 * What a probe of the label says, in one sentence.
 *
 * @param subject What the probe sees, such as `"The border alone"`.
 * @param without What it does without, such as `"without the middle of the picture"`.
 */
export function labelProbeWords(subject: string, without: string, figures: LabelProbeFigures): string {
  const { outOfFold, heldOut, model, verdict } = figures;
  if (Number.isNaN(outOfFold.low)) return `${subject} has no AUC: there are too few images.`;
  const reached = `${subject} reaches an AUC of ${formatEstimate(outOfFold)}`;
  if (outOfFold.low <= 0.5) return `${reached}: ${chance(outOfFold)}.`;
  const told = (value: number): string =>
    `the label can ${value >= TOLD ? "" : "in part "}be told ${without}`;
  if (model === null || verdict === null) return `${reached}, above chance: ${told(outOfFold.value)}.`;
  const ofModel = `the model's ${formatEstimate(model)}`;
  if (verdict === "signal") {
    return `${reached}, above chance and below the interval of ${ofModel}: the label can in part be told ${without}.`;
  }
  if (outOfFold.value >= model.low || heldOut === null) {
    return `${reached}, ${nearness(outOfFold, model)} ${ofModel}: ${told(outOfFold.value)}.`;
  }
  const onSame = `${formatEstimate(heldOut)} on the held-out images`;
  return `${reached} and ${onSame}, ${nearness(heldOut, model)} ${ofModel}: ${told(outOfFold.value)}.`;
}

/** What the yardstick says, in one sentence. */
export function wholeImageWords(outOfFold: AucEstimate): string {
  if (Number.isNaN(outOfFold.low)) return "The whole picture has no AUC: there are too few images.";
  return (
    `The whole picture, read as the covered ones are, reaches an AUC of ${formatEstimate(outOfFold)}: ` +
    "what covering takes away shows against this."
  );
}

/**
 * What a probe of the source says, in one sentence.
 *
 * @param subject What it tells apart and where, such as `"Whole pictures tell a from b"`.
 * @param meaning What follows where it does so, such as `"a model can learn where a picture comes from"`.
 */
export function sourceProbeWords(subject: string, meaning: string, outOfFold: AucEstimate): string {
  if (Number.isNaN(outOfFold.low)) return `${subject} without an AUC: there are too few images.`;
  const reached = `${subject} with an AUC of ${formatEstimate(outOfFold)}`;
  return outOfFold.low <= 0.5 ? `${reached}: ${chance(outOfFold)}.` : `${reached}: ${meaning}.`;
}

function chance({ negatives, positives }: AucEstimate): string {
  return `no better than chance, as far as ${negatives + positives} images show`;
}

function nearness(probe: AucEstimate, model: AucEstimate): string {
  return probe.value >= model.value ? "no lower than" : "within the interval of";
}

/** Lower limit of the area above which a probe of the source is a finding. */
export const SOURCE_FINDING_LIMIT = 0.8;

/** Name of the attribute that probes of the source are about. */
const SOURCE = "source";

/**
 * What a reviewer would hold against a study by its probes: probes of the label that come near the model, and probes of
 * the source whose interval lies above {@link SOURCE_FINDING_LIMIT}, where the source tells the label. Where it does not,
 * pictures that tell their source do no harm, and the probe's words are all there is to say.
 *
 * @param results As `runProbes` gives them.
 * @param options `attributes`: those of {@link auditCohort}, of the same images. The one called `"source"` decides whether
 * the source tells the label, by the limits of the check of attributes (adjusted p-value below 0.01 and 0.05 of the
 * label's entropy beyond chance); without it, or where it is undefined, no probe of the source is a finding.
 * @returns One finding for each such probe, in their order.
 */
export function probeFindings(
  results: readonly ProbeResult[],
  options: { readonly attributes: readonly AttributeAssociation[] },
): Finding[] {
  const source = options.attributes.find(({ attribute }) => attribute === SOURCE);
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
    `${positives} images against ${negatives}`
  );
}
