import { checkNumber, checkOptions } from "@covidxr/core/internal";
import {
  checkBinary,
  checkProbabilities,
  checkProbabilityRows,
  isRows,
  type Probabilities,
} from "../checks.js";

/** Options of {@link logLoss}. */
export interface LogLossOptions {
  /**
   * Probabilities are clipped to [epsilon, 1 − epsilon], so that one certain mistake does not make the loss infinite; in
   * [0, 0.5), 0 for no clipping. It decides the cost of such a mistake: 34.5 at 1e-15, 16.1 at Keras' 1e-7. Below
   * 1.1e-16, 1 − epsilon is 1 in double precision, and only the end at 0 is clipped.
   * @defaultValue 1e-15, as in scikit-learn before version 1.2; later versions take the machine epsilon of the type
   */
  readonly epsilon?: number;
}

/**
 * Mean negative natural logarithm of the probability given to the true class, 0 or more, lower is better; binary or
 * categorical cross-entropy. Predicting 1 / C for each of C classes scores ln C.
 *
 * Probabilities are clipped to [epsilon, 1 − epsilon] first, and each row is then divided by its sum. With the default
 * the result is that of scikit-learn 1.2's `log_loss(…, eps=1e-15)`. The loss that `evaluate` of `@covidxr/training`
 * reports is clipped to Keras' 1e-7, and its rows are not divided again: pass `epsilon: 1e-7` to compare with it.
 *
 * NaN without samples.
 *
 * @param truth N class indices: 0 or 1, or in [0, C) with rows.
 * @param probabilities N probabilities of class 1, in [0, 1]; or N rows of C probabilities, C of 2 or more, each row
 *   summing to 1 within 0.001.
 * @throws {InvalidArgumentError} on unequal lengths, a class index or probability out of range, rows that are not
 *   probabilities, or an `epsilon` outside [0, 0.5).
 */
export function logLoss(
  truth: ArrayLike<number>,
  probabilities: Probabilities,
  options: LogLossOptions = {},
): number {
  checkOptions(options, { epsilon: "number?" });
  const { epsilon = 1e-15 } = options;
  checkNumber("epsilon", epsilon, { min: 0, below: 0.5 });
  const { max, min, log } = Math;
  const clip = (probability: number) => min(max(probability, epsilon), 1 - epsilon);
  let sum = 0;
  if (isRows(probabilities)) {
    const classCount = checkProbabilityRows(truth, probabilities);
    for (const [i, row] of probabilities.entries()) {
      let rowSum = 0;
      for (let c = 0; c < classCount; c++) rowSum += clip(row[c]!);
      sum -= log(clip(row[truth[i]!]!) / rowSum);
    }
  } else {
    checkBinary(truth, probabilities, "probabilities", checkProbabilities);
    for (let i = 0; i < truth.length; i++) {
      const probability = clip(probabilities[i]!);
      sum -= log(truth[i] === 1 ? probability : 1 - probability);
    }
  }
  return sum / truth.length;
}

/**
 * Mean squared error of the probabilities; lower is better. NaN without samples.
 *
 * Of N probabilities of class 1, Σ (p − y)² / N, in [0, 1]; scikit-learn's `brier_score_loss`. Always predicting 0.5
 * scores 0.25. Of N rows of C probabilities, the mean squared distance of a row from the row that is 1 at the true class
 * and 0 elsewhere, Σ_i Σ_c (p_ic − y_ic)² / N, in [0, 2] (Brier 1950); with two columns it is twice the former, which
 * counts one class only.
 *
 * @param truth N class indices: 0 or 1, or in [0, C) with rows.
 * @param probabilities N probabilities of class 1, in [0, 1]; or N rows of C probabilities, C of 2 or more, each row
 *   summing to 1 within 0.001.
 * @throws {InvalidArgumentError} on unequal lengths, a class index or probability out of range, or rows that are not
 *   probabilities.
 */
export function brierScore(truth: ArrayLike<number>, probabilities: Probabilities): number {
  let sum = 0;
  if (isRows(probabilities)) {
    const classCount = checkProbabilityRows(truth, probabilities);
    for (const [i, row] of probabilities.entries()) {
      for (let c = 0; c < classCount; c++) sum += (row[c]! - (truth[i] === c ? 1 : 0)) ** 2;
    }
  } else {
    checkBinary(truth, probabilities, "probabilities", checkProbabilities);
    for (let i = 0; i < truth.length; i++) sum += (probabilities[i]! - truth[i]!) ** 2;
  }
  return sum / truth.length;
}
