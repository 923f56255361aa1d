import { type BandOptions, pointwiseBand } from "./pointwise-band.js";
import { scoreBlocks } from "./score-blocks.js";

/** Where the precision of repeated studies may lie, at each recall. */
export interface PrecisionRecallBand {
  /** Recalls, evenly from 0 to 1. */
  readonly recall: number[];
  /** Lower limit of the precision at each of them, in [0, 1]. */
  readonly low: number[];
  /** Upper limit, in [0, 1]. */
  readonly high: number[];
  readonly level: number;
  /** Resamples without a sample of class 1; they are left out. */
  readonly undefinedResamples: number;
  /** Why the limits are NaN; null where they are defined. */
  readonly undefinedReason: string | null;
}

/**
 * Bootstrap band around a precision-recall curve: percentile limits of the precision at each recall. At recall r a
 * curve's value is the precision at the strictest threshold that reaches r and calls at least one sample positive.
 *
 * The level holds at each point by itself: a whole curve leaves the band somewhere more often than 1 - level.
 * Precision depends on the share of class 1 among the samples, which varies over the resamples.
 *
 * @param truth N labels, 0 or 1.
 * @param scores N finite scores, higher for class 1.
 * @throws {InvalidArgumentError} on unequal lengths, a label other than 0 and 1, a score that is not finite, or
 *   options out of range.
 */
export function precisionRecallBand(
  truth: ArrayLike<number>,
  scores: ArrayLike<number>,
  options: BandOptions,
): PrecisionRecallBand {
  const { order, labels, ends } = scoreBlocks(truth, scores);
  const { grid, ...band } = pointwiseBand(
    order.length,
    (counts, points, values) => {
      let positives = 0;
      for (let k = 0; k < order.length; k++) if (labels[k] === 1) positives += counts[order[k]!]!;
      if (positives === 0) return false;
      let truePositives = 0;
      let predicted = 0;
      let point = 0;
      let k = 0;
      for (let block = 0; block < ends.length && point < points.length; block++) {
        for (; k < ends[block]!; k++) {
          const count = counts[order[k]!]!;
          predicted += count;
          if (labels[k] === 1) truePositives += count;
        }
        // A block of which nothing was drawn is no threshold of this resample.
        if (predicted === 0) continue;
        const reached = truePositives / positives;
        while (points[point]! <= reached) values[point++] = truePositives / predicted;
      }
      return true;
    },
    options,
  );
  return { recall: grid, ...band };
}
