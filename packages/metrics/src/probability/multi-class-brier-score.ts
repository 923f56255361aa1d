import { checkProbabilityRows } from "../internal/probability-rows.js";

/**
 * Mean over the samples of the squared distance of a row of probabilities from the row that is 1 at the true class
 * and 0 elsewhere, Σ_i Σ_c (p_ic − y_ic)² / N, in [0, 2], lower is better (Brier 1950). With two classes it is twice
 * {@link brierScore}, which counts one class only.
 *
 * NaN without samples.
 *
 * @param truth N class indices in [0, C).
 * @param probabilities N rows of C probabilities, C of 2 or more, each row summing to 1 within 0.001.
 * @throws {InvalidArgumentError} on unequal lengths, a class index out of range, or rows that are no probabilities.
 */
export function multiClassBrierScore(
  truth: ArrayLike<number>,
  probabilities: readonly ArrayLike<number>[],
): number {
  const classes = checkProbabilityRows(truth, probabilities);
  let sum = 0;
  for (const [i, row] of probabilities.entries()) {
    for (let c = 0; c < classes; c++) sum += (row[c]! - (truth[i] === c ? 1 : 0)) ** 2;
  }
  return sum / truth.length;
}
