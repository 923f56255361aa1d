import { normalInterval } from "../internal/normal-interval.js";
import { checkLevel, type Interval, type LevelOptions } from "../intervals/interval.js";
import { areaOf, placements, undefinedReasonOf, varianceOf } from "./placements.js";

/** Area under an ROC curve with DeLong's variance and interval. */
export interface DelongEstimate {
  /** Area under the curve, in [0, 1], as {@link auc} gives it; NaN without a sample of either class. */
  readonly auc: number;
  /** Variance of the area; NaN with fewer than two samples of either class. */
  readonly variance: number;
  readonly standardError: number;
  /** Normal interval, cut to [0, 1]. */
  readonly interval: Interval;
  /** Why a figure is undefined; null when all are defined. */
  readonly undefinedReason: string | null;
}

/**
 * Area under the receiver operating characteristic with its variance and confidence interval, by DeLong, DeLong and
 * Clarke-Pearson (1988); one sort, as in Sun and Xu (2014). It assumes independent samples: where several are of one
 * patient, use {@link bootstrap} with `groups`.
 *
 * Where no sample stands differently from its class, at an area of 0 or 1 or with all scores equal, the variance is 0
 * and the interval collapses to the area. That is no certainty: other samples could differ. The bootstrap collapses
 * there too; take {@link newcombeAucInterval}, or exact intervals of sensitivity and specificity at a threshold
 * ({@link clopperPearson}). In small sets with an area near 1 the normal interval is too short, and the bootstrap's is
 * preferable.
 *
 * @param truth N labels, 0 or 1.
 * @param scores N finite scores, higher for class 1.
 * @throws {InvalidArgumentError} on unequal lengths, a label other than 0 and 1, a score that is not finite, or a
 *   `level` outside (0, 1).
 */
export function delong(
  truth: ArrayLike<number>,
  scores: ArrayLike<number>,
  options: LevelOptions = {},
): DelongEstimate {
  const level = checkLevel(options);
  const placed = placements(truth, scores);
  const auc = areaOf(placed);
  const variance = varianceOf(placed);
  const standardError = Math.sqrt(variance);
  return {
    auc,
    variance,
    standardError,
    interval: normalInterval(auc, standardError, level, [0, 1]),
    undefinedReason: undefinedReasonOf(placed),
  };
}
