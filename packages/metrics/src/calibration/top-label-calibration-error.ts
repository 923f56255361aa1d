import { checkProbabilityRows } from "../internal/probability-rows.js";
import { expectedCalibrationError } from "./expected-calibration-error.js";
import type { BinOptions } from "./probability-bins.js";

/**
 * Expected calibration error of the predicted class, for two classes or more: in each bin of the highest probability,
 * its distance to the share of right predictions, averaged over samples; in [0, 1]. The predicted class is
 * the one of highest probability, the first of equals. NaN without samples.
 *
 * Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks" (2017), with 15 uniform bins. For two
 * classes it is not {@link expectedCalibrationError}, which bins the probability of class 1.
 *
 * @param truth N class indices in [0, C).
 * @param probabilities N rows of C probabilities.
 * @throws {InvalidArgumentError} on unequal lengths, a label or row that is none, or options out of range.
 */
export function topLabelCalibrationError(
  truth: ArrayLike<number>,
  probabilities: readonly ArrayLike<number>[],
  options: BinOptions = {},
): number {
  const classes = checkProbabilityRows(truth, probabilities);
  const confidences = new Float64Array(truth.length);
  const right = new Uint8Array(truth.length);
  probabilities.forEach((row, i) => {
    let predicted = 0;
    for (let c = 1; c < classes; c++) if (row[c]! > row[predicted]!) predicted = c;
    confidences[i] = row[predicted]!;
    right[i] = predicted === truth[i] ? 1 : 0;
  });
  return expectedCalibrationError(right, confidences, options);
}
