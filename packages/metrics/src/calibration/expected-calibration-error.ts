import { calibrationCurve } from "./calibration-curve.js";
import type { BinOptions } from "./probability-bins.js";

/**
 * Expected calibration error of the probability of class 1: the distance between mean probability and share of class 1
 * in each bin, averaged over samples; in [0, 1], 0 for a calibrated model (Naeini, Cooper and Hauskrecht 2015). NaN
 * without samples.
 *
 * It depends on the bins, and finite samples alone make it positive; compare models on the same samples and bins. Guo et
 * al. (2017) measure the probability of the predicted class instead: {@link topLabelCalibrationError}.
 *
 * @param truth N labels, 0 or 1.
 * @param probabilities N probabilities of class 1, in [0, 1].
 * @throws {InvalidArgumentError} on unequal lengths, a label other than 0 and 1, a number outside [0, 1], or options
 *   out of range.
 */
export function expectedCalibrationError(
  truth: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  options: BinOptions = {},
): number {
  const bins = calibrationCurve(truth, probabilities, options);
  if (bins.length === 0) return Number.NaN;
  const sum = bins.reduce(
    (total, { count, observed, meanProbability }) => total + count * Math.abs(observed - meanProbability),
    0,
  );
  return sum / truth.length;
}
