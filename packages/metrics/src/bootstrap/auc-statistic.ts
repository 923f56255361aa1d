import { checkLength } from "../internal/check-length.js";
import type { Draw } from "./bootstrap.js";
import { scoreBlocks } from "./score-blocks.js";

/**
 * Area under the ROC curve as a statistic for {@link bootstrap}: the value of `auc(rocCurve(…))` of the drawn
 * samples, ties counting half. It sorts once and then takes a number of steps proportional to N for a draw, where
 * {@link figureStatistic} would sort every time.
 *
 * @param truth N labels, 0 or 1.
 * @param scores N finite scores, higher for class 1.
 * @returns Statistic in [0, 1]; NaN for draws that lack a class. It throws an InvalidArgumentError for draws of
 *   another number of samples than N.
 * @throws {InvalidArgumentError} on unequal lengths, a label other than 0 and 1, or a score that is not finite.
 */
export function aucStatistic(truth: ArrayLike<number>, scores: ArrayLike<number>): (draw: Draw) => number {
  const { order, labels, ends } = scoreBlocks(truth, scores);
  const size = order.length;
  const blocks = ends.length;
  return ({ counts }) => {
    checkLength(counts, "size", size);
    let positives = 0;
    let negatives = 0;
    // Pairs of a positive and a negative drawn, the positive scoring higher; twice, so that ties count whole.
    let twice = 0;
    let k = 0;
    for (let block = 0; block < blocks; block++) {
      const end = ends[block]!;
      let blockPositives = 0;
      let blockNegatives = 0;
      for (; k < end; k++) {
        const count = counts[order[k]!]!;
        if (labels[k] === 1) blockPositives += count;
        else blockNegatives += count;
      }
      twice += blockNegatives * (2 * positives + blockPositives);
      positives += blockPositives;
      negatives += blockNegatives;
    }
    return positives === 0 || negatives === 0 ? Number.NaN : twice / (2 * positives * negatives);
  };
}
