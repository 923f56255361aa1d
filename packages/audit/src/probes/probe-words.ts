import { formatEstimate } from "@covidxr/metrics";
import type { AucEstimate, ProbeVerdict } from "./probe-result.js";

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
