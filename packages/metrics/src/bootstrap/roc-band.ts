import { type BandOptions, pointwiseBand } from "./pointwise-band.js";
import { scoreBlocks } from "./score-blocks.js";

/** Where the true positive rate of repeated studies may lie, at each false positive rate. */
export interface RocBand {
  /** False positive rates, evenly from 0 to 1. */
  readonly fpr: number[];
  /** Lower limit of the true positive rate at each of them, in [0, 1]. */
  readonly low: number[];
  /** Upper limit, in [0, 1]. */
  readonly high: number[];
  readonly level: number;
  /** Resamples that lack a class; they are left out. */
  readonly undefinedResamples: number;
  /** Why the limits are NaN; null where they are defined. */
  readonly undefinedReason: string | null;
}

/**
 * Bootstrap band around a receiver operating characteristic: percentile limits of the true positive rate at each
 * false positive rate. At rate x a curve's value is the highest true positive rate that {@link rocCurve} reaches with
 * a false positive rate of x or less; points are not joined by lines, since between two thresholds no classifier lies.
 *
 * The level holds at each point by itself: a whole curve leaves the band somewhere more often than 1 - level.
 * Where it would be narrow for want of what did not occur, as for a perfect classifier, the band knows no better
 * (see {@link bootstrap}).
 *
 * @param truth N labels, 0 or 1.
 * @param scores N finite scores, higher for class 1.
 * @throws {InvalidArgumentError} on unequal lengths, a label other than 0 and 1, a score that is not finite, or
 *   options out of range.
 */
export function rocBand(truth: ArrayLike<number>, scores: ArrayLike<number>, options: BandOptions): RocBand {
  const { order, labels, ends } = scoreBlocks(truth, scores);
  const { grid, ...band } = pointwiseBand(
    order.length,
    (counts, points, values) => {
      let positives = 0;
      let negatives = 0;
      for (let k = 0; k < order.length; k++) {
        if (labels[k] === 1) positives += counts[order[k]!]!;
        else negatives += counts[order[k]!]!;
      }
      if (positives === 0 || negatives === 0) return false;
      let truePositives = 0;
      let falsePositives = 0;
      let point = 0;
      let k = 0;
      for (let block = 0; block < ends.length; block++) {
        let blockPositives = 0;
        for (; k < ends[block]!; k++) {
          if (labels[k] === 1) blockPositives += counts[order[k]!]!;
          else falsePositives += counts[order[k]!]!;
        }
        // Points that this block passes keep what was reached before it.
        const rate = falsePositives / negatives;
        while (points[point]! < rate) values[point++] = truePositives / positives;
        truePositives += blockPositives;
      }
      values.fill(1, point);
      return true;
    },
    options,
  );
  return { fpr: grid, ...band };
}
