import { checkLabels, checkProbabilities, checkSameLength } from "../internal/checks.js";

/**
 * Mean squared difference of probability and label, Σ (p − y)² / N, in [0, 1], lower is better; scikit-learn's
 * `brier_score_loss`. Always answering 0.5 scores 0.25. Brier's own form (1950), {@link multiClassBrierScore}, sums
 * over both classes and is twice this.
 *
 * NaN without samples.
 *
 * @param truth N labels, 0 or 1.
 * @param probabilities N probabilities of class 1, in [0, 1].
 * @throws {InvalidArgumentError} on unequal lengths, a label other than 0 and 1, or a probability out of range.
 */
export function brierScore(truth: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  checkSameLength(truth, probabilities, "probabilities");
  checkLabels(truth, "truth", 2);
  checkProbabilities(probabilities);
  let sum = 0;
  for (let i = 0; i < truth.length; i++) sum += (probabilities[i]! - truth[i]!) ** 2;
  return sum / truth.length;
}
