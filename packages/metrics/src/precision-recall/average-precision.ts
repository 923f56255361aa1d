import { precisionRecallCurve } from "./precision-recall-curve.js";

/**
 * Area under the precision-recall curve as a sum of steps, Σ (R_k − R_{k−1})·P_k over falling thresholds, in (0, 1];
 * scikit-learn's `average_precision_score`. The trapezoidal rule would interpolate linearly and flatter the curve
 * (Davis and Goadrich 2006). Scores without information reach about the share of positive samples, so figures of sets
 * with different prevalence cannot be compared.
 *
 * NaN without a positive sample (scikit-learn gives 0 there).
 *
 * @param truth N labels, 0 or 1.
 * @param scores N finite scores, higher for class 1.
 * @throws {InvalidArgumentError} on unequal lengths, a label other than 0 and 1, or a score that is not finite.
 */
export function averagePrecision(truth: ArrayLike<number>, scores: ArrayLike<number>): number {
  const { precision, recall, undefinedReason } = precisionRecallCurve(truth, scores);
  if (undefinedReason !== null) return Number.NaN;
  let sum = 0;
  let before = 0;
  for (let i = 0; i < recall.length; i++) {
    sum += (recall[i]! - before) * precision[i]!;
    before = recall[i]!;
  }
  return sum;
}
