import { differenceOfProportions, type Interval } from "@covidxr/metrics";
import type { OtherSplitRecord } from "../run/other-split.js";
import { type MatrixShares, sharesOfMatrix } from "./share.js";

/** What a run says on its held-out images, with the shares that its confusion matrix gives. */
export interface SplitFigures extends OtherSplitRecord, MatrixShares {}

/** The same study on two splits. */
export interface SplitComparison {
  readonly own: SplitFigures;
  readonly other: SplitFigures;
  /** Accuracy of `own` less that of `other`. */
  readonly difference: number;
  /** Newcombe's, at 95 %. */
  readonly differenceInterval: Interval;
  /** Whether the interval excludes 0. */
  readonly excludesZero: boolean;
}

/**
 * Sets a run beside the same study on another split: accuracy, sensitivity and specificity with Clopper–Pearson
 * intervals, and the difference of the accuracies with Newcombe's interval, which takes the held-out images of both as
 * independent samples. Each run is one split of its kind and one seed: the interval holds neither spread, nor that of
 * patients with several images.
 */
export function compareSplits(own: OtherSplitRecord, other: OtherSplitRecord): SplitComparison {
  const [ours, theirs] = [sharesOfMatrix(own.confusionMatrix), sharesOfMatrix(other.confusionMatrix)];
  const { difference, interval } = differenceOfProportions(ours.accuracy, theirs.accuracy);
  return {
    own: { ...own, ...ours },
    other: { ...other, ...theirs },
    difference,
    differenceInterval: interval,
    excludesZero: interval.low > 0 || interval.high < 0,
  };
}
