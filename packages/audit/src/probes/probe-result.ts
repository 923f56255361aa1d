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
