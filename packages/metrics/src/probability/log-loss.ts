import { checkLabels, checkProbabilities, checkSameLength } from "../internal/checks.js";
import { clipping, type LogLossOptions } from "../internal/log-loss-options.js";

/**
 * Mean negative natural logarithm of the probability given to the true label, −Σ (y·ln p + (1 − y)·ln(1 − p)) / N,
 * 0 or more, lower is better; binary cross-entropy. Always answering 0.5 scores ln 2 = 0.693.
 *
 * Probabilities are clipped to [epsilon, 1 − epsilon] first. With the default the result is that of scikit-learn 1.2's
 * `log_loss(…, eps=1e-15)`. The loss that `evaluate` of `@covidxr/training` reports is clipped to Keras' 1e-7: pass
 * `epsilon: 1e-7` to compare with it.
 *
 * NaN without samples.
 *
 * @param truth N labels, 0 or 1.
 * @param probabilities N probabilities of class 1, in [0, 1].
 * @throws {InvalidArgumentError} on unequal lengths, a label other than 0 and 1, a probability out of range, or an
 *   `epsilon` outside [0, 0.5).
 */
export function logLoss(
  truth: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  options: LogLossOptions = {},
): number {
  const clip = clipping(options);
  checkSameLength(truth, probabilities, "probabilities");
  checkLabels(truth, "truth", 2);
  checkProbabilities(probabilities);
  const { log } = Math;
  let sum = 0;
  for (let i = 0; i < truth.length; i++) {
    const probability = clip(probabilities[i]!);
    sum -= log(truth[i] === 1 ? probability : 1 - probability);
  }
  return sum / truth.length;
}
