import { clipping, type LogLossOptions } from "../internal/log-loss-options.js";
import { checkProbabilityRows } from "../internal/probability-rows.js";

/**
 * Mean negative natural logarithm of the probability given to the true class, 0 or more, lower is better;
 * categorical cross-entropy. Always answering 1 / C scores ln C.
 *
 * Probabilities are clipped to [epsilon, 1 − epsilon] and each row then divided by its sum. With the default epsilon
 * the result is that of scikit-learn 1.2's `log_loss(…, eps=1e-15)`. The loss that `evaluate` of `@covidxr/training`
 * reports is clipped to Keras' 1e-7, and its rows are not divided again.
 *
 * NaN without samples.
 *
 * @param truth N class indices in [0, C).
 * @param probabilities N rows of C probabilities, C of 2 or more, each row summing to 1 within 0.001.
 * @throws {InvalidArgumentError} on unequal lengths, a class index out of range, rows that are no probabilities, or an
 *   `epsilon` outside [0, 0.5).
 */
export function multiClassLogLoss(
  truth: ArrayLike<number>,
  probabilities: readonly ArrayLike<number>[],
  options: LogLossOptions = {},
): number {
  const clip = clipping(options);
  const classes = checkProbabilityRows(truth, probabilities);
  const { log } = Math;
  let sum = 0;
  for (const [i, row] of probabilities.entries()) {
    let rowSum = 0;
    for (let c = 0; c < classes; c++) rowSum += clip(row[c]!);
    sum -= log(clip(row[truth[i]!]!) / rowSum);
  }
  return sum / truth.length;
}
