import { formatEstimate } from "@covidxr/metrics";
import type { SplitComparison } from "../analysis/compare-matrices.js";
import type { SplitRule } from "../run/result-records.js";

/** Names of the splits in text. */
export const SPLIT_NAMES: Readonly<Record<SplitRule, string>> = {
  study: "study’s split",
  patient: "split by patient",
};

/** What the accuracies on two splits say of each other, and what they do not. */
export function splitDifferenceText(comparison: SplitComparison): string {
  const { own, other, difference, differenceInterval, excludesZero } = comparison;
  return [
    `Accuracy on the ${SPLIT_NAMES[own.split]} less that on the ${SPLIT_NAMES[other.split]}: ${formatEstimate({ value: difference, ...differenceInterval })} (Newcombe).`,
    excludesZero
      ? "The interval excludes 0: between two samples of one accuracy so large a difference would be rare."
      : "The interval holds 0: these images do not show which of the two accuracies is higher, nor that they are equal.",
    `Each split has other held-out images, and each model was trained once (${own.seed === other.seed ? `seed ${own.seed}` : `seeds ${own.seed} and ${other.seed}`}): the interval takes the images as independent samples and holds neither the spread of seeds nor that of splits, so that it cannot say that the split alone makes the difference.`,
    ...(own.threshold === other.threshold
      ? []
      : [`The thresholds differ (${own.threshold} here, ${other.threshold} there).`]),
  ].join(" ");
}
