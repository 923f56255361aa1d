import { delong, type LevelOptions, newcombeAucInterval } from "@covidxr/metrics";
import type { AucEstimate } from "./probe-result.js";

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
