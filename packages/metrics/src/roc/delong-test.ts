import { normalCdf } from "../internal/distributions/normal.js";
import { normalInterval } from "../internal/normal-interval.js";
import { checkLevel, type Interval, type LevelOptions } from "../intervals/interval.js";
import { areaOf, placements, undefinedReasonOf, varianceOf } from "./placements.js";

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
  /** Why a figure is undefined; null when all are defined. */
  readonly undefinedReason: string | null;
}

/**
 * Tests whether two scores of the same samples have areas under the curve that differ (DeLong, DeLong and
 * Clarke-Pearson 1988, paired and two-sided). It assumes independent samples and large classes. Scores of a model that
 * was fitted to these samples, or of one that contains the other, break its assumptions (Demler et al. 2012).
 *
 * Scores that stand alike, such as two identical ones, have a difference of 0, a z of 0 and a p-value of 1, though the
 * standard error is 0. Any other difference without variance has a NaN for z and p-value, with the reason.
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
      ? "every sample stands differently by the same amount, so the difference has a variance of 0"
      : undefinedReasonOf(a),
  };
}
