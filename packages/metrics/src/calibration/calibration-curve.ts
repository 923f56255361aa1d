import { checkLabels, checkProbabilities, checkSameLength } from "../internal/checks.js";
import { checkLevel, type Interval, type LevelOptions } from "../intervals/interval.js";
import { wilson } from "../intervals/wilson.js";
import { type BinOptions, probabilityBins } from "./probability-bins.js";

/** Samples of similar probability: what was said of them, and what was so. */
export interface CalibrationBin {
  /** Edges of the bin, which holds (low, high]; the first holds its lower edge, too. */
  readonly low: number;
  readonly high: number;
  /** Number of samples, 1 or more. */
  readonly count: number;
  /** Number of samples of class 1. */
  readonly positives: number;
  /** Mean probability of the samples. */
  readonly meanProbability: number;
  /** Share of class 1 among the samples; the mean probability, where the model is calibrated. */
  readonly observed: number;
  /** Interval of `observed` ({@link wilson}). */
  readonly interval: Interval;
}

/** How {@link calibrationCurve} puts probabilities into bins, and the level of its intervals. */
export interface CalibrationCurveOptions extends BinOptions, LevelOptions {}

/**
 * Reliability diagram (Murphy and Winkler 1977; DeGroot and Fienberg 1983): for each bin of probabilities, the mean of
 * what was predicted and the share that occurred. Empty bins are left out; without a sample there is none.
 *
 * `meanProbability` and `observed` equal scikit-learn's `calibration_curve`. With some hundred samples the bins
 * hold few each: read the intervals, or {@link calibrationRegression}, which needs no bins.
 *
 * @param truth N labels, 0 or 1.
 * @param probabilities N probabilities of class 1, in [0, 1].
 * @throws {InvalidArgumentError} on unequal lengths, a label other than 0 and 1, a number outside [0, 1], or options
 *   out of range.
 */
export function calibrationCurve(
  truth: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  options: CalibrationCurveOptions = {},
): CalibrationBin[] {
  checkSameLength(truth, probabilities, "probabilities");
  checkLabels(truth, "truth", 2);
  checkProbabilities(probabilities);
  const level = checkLevel(options);
  return probabilityBins(probabilities, options).map(({ low, high, samples }) => {
    const count = samples.length;
    const positives = samples.reduce((sum, i) => sum + truth[i]!, 0);
    return {
      low,
      high,
      count,
      positives,
      meanProbability: samples.reduce((sum, i) => sum + probabilities[i]!, 0) / count,
      observed: positives / count,
      interval: wilson(positives, count, { level }),
    };
  });
}
