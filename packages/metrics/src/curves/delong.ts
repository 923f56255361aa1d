import { checkOptions } from "@covidxr/core/internal";
import { checkBinary } from "../checks.js";
import {
  checkLevel,
  type Interval,
  LEVEL,
  type LevelOptions,
  normalInterval,
} from "../intervals/interval.js";
import { normalCdf } from "../math/normal.js";

/** Area under an ROC curve with DeLong's variance and interval. */
export interface DelongEstimate {
  /** Area under the curve, in [0, 1], as {@link auc} gives it; NaN without a sample of either class. */
  readonly auc: number;
  /** Variance of the area; NaN with fewer than two samples of either class. */
  readonly variance: number;
  readonly standardError: number;
  /** Normal interval, cut to [0, 1]. */
  readonly interval: Interval;
  /** Why a number is undefined; null when all are defined. */
  readonly undefinedReason: string | null;
}

/**
 * Area under the receiver operating characteristic with its variance and confidence interval, by DeLong, DeLong and
 * Clarke-Pearson (1988); one sort, as in Sun and Xu (2014). It assumes independent samples: where several are of one
 * patient, use {@link bootstrap} with `groups`.
 *
 * Where all samples of a class have the same placement, at an area of 0 or 1 or with all scores equal, the variance is 0
 * and the interval has no width. That is not certainty: other samples could differ. The bootstrap has no width there
 * either; use {@link newcombeAucInterval}, or exact intervals of sensitivity and specificity at a threshold
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
  checkOptions(options, LEVEL);
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

/** Two areas under ROC curves of the same samples, and their difference. */
export interface DelongComparison {
  /** Area under the curve of the first scores, in [0, 1]. */
  readonly aucA: number;
  /** Area under the curve of the second scores, in [0, 1]. */
  readonly aucB: number;
  /** `aucA` − `aucB`, in [−1, 1]. */
  readonly difference: number;
  /** Standard error of the difference; NaN with fewer than two samples of either class. */
  readonly standardError: number;
  /** Normal interval of the difference, cut to [−1, 1]. */
  readonly interval: Interval;
  /** Difference over its standard error. */
  readonly z: number;
  /** Two-sided, in [0, 1]. */
  readonly pValue: number;
  /** Why a number is undefined; null when all are defined. */
  readonly undefinedReason: string | null;
}

/**
 * Tests whether the areas under the curve of two scores of the same samples differ (DeLong, DeLong and
 * Clarke-Pearson 1988, paired and two-sided). It assumes independent samples and large classes. Scores of a model that
 * was fitted to these samples, or of nested models, violate its assumptions (Demler et al. 2012).
 *
 * Scores that rank the samples alike, such as two identical ones, have a difference of 0, a z of 0 and a p-value of 1, though the
 * standard error is 0. Any other difference without variance has a z and p-value of NaN, with the reason.
 *
 * @param truth N labels, 0 or 1.
 * @param scoresA N finite scores, higher for class 1.
 * @param scoresB N finite scores of the same samples in the same order, on any scale.
 * @throws {InvalidArgumentError} on unequal lengths, a label other than 0 and 1, a score that is not finite, or a
 *   `level` outside (0, 1).
 *
 * @example
 * ```ts
 * import { delongTest } from "@covidxr/metrics";
 *
 * const truth = [0, 0, 0, 0, 1, 1, 1, 1];
 * const { aucA, aucB, pValue } = delongTest(
 *   truth,
 *   [0.1, 0.2, 0.3, 0.4, 0.35, 0.8, 0.6, 0.9],
 *   [0.1, 0.7, 0.3, 0.4, 0.35, 0.8, 0.2, 0.9],
 * );
 * console.log(aucA, aucB, pValue.toFixed(2)); // 0.9375 0.6875 0.22
 * ```
 */
export function delongTest(
  truth: ArrayLike<number>,
  scoresA: ArrayLike<number>,
  scoresB: ArrayLike<number>,
  options: LevelOptions = {},
): DelongComparison {
  checkOptions(options, LEVEL);
  const level = checkLevel(options);
  const a = placements(truth, scoresA, "scoresA");
  const b = placements(truth, scoresB, "scoresB");
  const differences = {
    positives: a.positives.map((placement, i) => placement - b.positives[i]!),
    negatives: a.negatives.map((placement, i) => placement - b.negatives[i]!),
  };
  const difference = areaOf(differences);
  const standardError = Math.sqrt(varianceOf(differences));
  const constant = standardError === 0 && difference !== 0;
  const z = standardError === 0 ? (constant ? Number.NaN : 0) : difference / standardError;
  return {
    aucA: areaOf(a),
    aucB: areaOf(b),
    difference,
    standardError,
    interval: normalInterval(difference, standardError, level, [-1, 1]),
    z,
    pValue: 2 * normalCdf(-Math.abs(z)),
    undefinedReason: constant
      ? "every placement differs by the same amount, so the variance of the difference is 0"
      : undefinedReasonOf(a),
  };
}

/**
 * Rank of each sample among those of the other class: all that the area under the curve and its variance depend on.
 * Counts are doubled, so that a tie counts 1 and everything stays a whole number: scores that rank
 * the samples alike then have bit-identical placements.
 */
export interface Placements {
  /** For each sample of class 1, in the order of `truth`: twice the samples of class 0 that score lower, ties half. */
  readonly positives: Float64Array;
  /** For each sample of class 0, in the order of `truth`: twice the samples of class 1 that score higher, ties half. */
  readonly negatives: Float64Array;
}

/**
 * Placements by one sort, in O(N log N). The same numbers as from the mid-ranks of Sun and Xu (2014): a mid-rank among
 * all samples less the one within the class is a placement.
 *
 * @param parameter Name of the scores in an error.
 */
export function placements(
  truth: ArrayLike<number>,
  scores: ArrayLike<number>,
  parameter = "scores",
): Placements {
  checkBinary(truth, scores, parameter);
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  const totalPositives = order.reduce((sum, i) => sum + truth[i]!, 0);

  const placementOf = new Float64Array(order.length);
  let positivesBelow = 0;
  let negativesBelow = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    let tiedPositives = 0;
    for (; end < order.length && scores[order[end]!] === scores[order[start]!]; end++) {
      tiedPositives += truth[order[end]!]!;
    }
    const tiedNegatives = end - start - tiedPositives;
    const positivesAbove = totalPositives - positivesBelow - tiedPositives;
    for (let i = start; i < end; i++) {
      placementOf[order[i]!] =
        truth[order[i]!] === 1 ? 2 * negativesBelow + tiedNegatives : 2 * positivesAbove + tiedPositives;
    }
    positivesBelow += tiedPositives;
    negativesBelow += tiedNegatives;
    start = end;
  }
  return {
    positives: placementOf.filter((_, i) => truth[i] === 1),
    negatives: placementOf.filter((_, i) => truth[i] === 0),
  };
}

/** Proportion of the pairs of a positive and a negative sample that are ranked correctly. NaN without one of either. */
export function areaOf({ positives, negatives }: Placements): number {
  return positives.reduce((sum, placement) => sum + placement, 0) / (2 * positives.length * negatives.length);
}

/**
 * DeLong's variance of {@link areaOf}: that of the mean over the positives plus that of the mean over the negatives.
 * For the difference of two areas, pass the differences of their placements. NaN with fewer than two of a class.
 */
function varianceOf({ positives, negatives }: Placements): number {
  return (
    varianceOfMean(positives) / (2 * negatives.length) ** 2 +
    varianceOfMean(negatives) / (2 * positives.length) ** 2
  );
}

function varianceOfMean(values: Float64Array): number {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1) / n;
}

/** Why an area or its variance is undefined; null when both are defined. */
function undefinedReasonOf({ positives, negatives }: Placements): string | null {
  const sizes = [negatives.length, positives.length];
  if (Math.max(...sizes) === 0) return "there is no sample";
  const absent = sizes.indexOf(0);
  if (absent !== -1) return `no sample is of class ${absent}, so the area is undefined`;
  const single = sizes.indexOf(1);
  if (single !== -1) return `only one sample is of class ${single}, so the variance is undefined`;
  return null;
}
