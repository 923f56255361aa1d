import { checkInteger, checkOptions, type OptionKinds } from "@covidxr/core/internal";
import {
  checkBinary,
  checkProbabilities,
  checkProbabilityRows,
  isRows,
  type Probabilities,
} from "../checks.js";
import { mostLikelyClasses } from "../decisions/threshold.js";
import { checkLevel, type Interval, LEVEL, type LevelOptions } from "../intervals/interval.js";
import { wilson } from "../intervals/proportions.js";
import { valueAtRank } from "../math/numeric.js";

/** Samples of similar probability: what was predicted and what was observed. */
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
  /** Proportion of class 1 among the samples; equal to the mean probability where the model is calibrated. */
  readonly observed: number;
  /** Interval of `observed` ({@link wilson}). */
  readonly interval: Interval;
}

/** Options of {@link calibrationCurve}. */
export interface CalibrationCurveOptions extends BinOptions, LevelOptions {}

/**
 * Reliability diagram (Murphy and Winkler 1977; DeGroot and Fienberg 1983): for each bin of probabilities, the mean
 * predicted probability and the observed proportion. Empty bins are left out; without a sample there is none.
 *
 * `meanProbability` and `observed` equal scikit-learn's `calibration_curve`. With a few hundred samples the bins
 * hold few each: look at the intervals, or use {@link calibrationRegression}, which needs no bins.
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
  checkOptions(options, { ...BINS, ...LEVEL });
  checkBinary(truth, probabilities, "probabilities", checkProbabilities);
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

/**
 * Expected calibration error, in [0, 1], 0 for a calibrated model: the distance between the mean predicted probability
 * and the observed proportion in each bin, averaged over samples. NaN without samples.
 *
 * Of N probabilities of class 1, these are binned (Naeini, Cooper and Hauskrecht 2015). Of rows, the probability of the
 * predicted class is, which is the most likely one, the first of equals; the proportion is that of correct predictions
 * (Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", 2017, with 15 uniform bins). For two
 * classes the two differ.
 *
 * It depends on the bins, and finite samples alone make it positive; compare models on the same samples and bins.
 *
 * @param truth N class indices: 0 or 1, or in [0, C) with rows.
 * @param probabilities N probabilities of class 1, in [0, 1]; or N rows of C probabilities, each summing to 1 within
 *   0.001.
 * @throws {InvalidArgumentError} on unequal lengths, a class index or probability out of range, rows that are not
 *   probabilities, or options out of range.
 */
export function expectedCalibrationError(
  truth: ArrayLike<number>,
  probabilities: Probabilities,
  options: BinOptions = {},
): number {
  checkOptions(options, BINS);
  if (isRows(probabilities)) {
    checkProbabilityRows(truth, probabilities);
    const predictions = mostLikelyClasses(probabilities);
    const correct = predictions.map((predicted, i) => (predicted === truth[i] ? 1 : 0));
    const confidences = predictions.map((predicted, i) => probabilities[i]![predicted]!);
    return expectedCalibrationError(correct, confidences, options);
  }
  checkBinary(truth, probabilities, "probabilities", checkProbabilities);
  const all = Uint32Array.from({ length: truth.length }, (_, i) => i);
  return calibrationErrorOf(truth, probabilities, options)({ indices: all });
}

/** {@link expectedCalibrationError} of binary labels as a statistic of a draw, in the bins of all samples. */
export function calibrationErrorOf(
  truth: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  options: BinOptions = {},
): (draw: { readonly indices: Uint32Array }) => number {
  const edges = binEdges(probabilities, options);
  const bins = edges.length - 1;
  const binOfSample = Uint32Array.from(probabilities, (probability) => binOf(probability, edges));
  return ({ indices }) => {
    const counts = new Float64Array(bins);
    const positives = new Float64Array(bins);
    const sums = new Float64Array(bins);
    for (let k = 0; k < indices.length; k++) {
      const i = indices[k]!;
      const bin = binOfSample[i]!;
      counts[bin]! += 1;
      positives[bin]! += truth[i]!;
      sums[bin]! += probabilities[i]!;
    }
    let total = 0;
    for (let bin = 0; bin < bins; bin++) {
      const count = counts[bin]!;
      if (count > 0) total += count * Math.abs(positives[bin]! / count - sums[bin]! / count);
    }
    return total / indices.length;
  };
}

/** How probabilities are binned. */
export interface BinOptions {
  /** Number of bins, 1 or more. @defaultValue 10 */
  readonly bins?: number;
  /**
   * `"uniform"`: bins of equal width on [0, 1]; `"quantile"`: bins with about as many samples each, with edges at the
   * quantiles of the probabilities.
   * @defaultValue "uniform"
   */
  readonly strategy?: "uniform" | "quantile";
}

const BINS: OptionKinds<BinOptions> = { bins: "number?", strategy: ["uniform", "quantile", undefined] };

/** Samples of one bin. */
interface ProbabilityBin {
  readonly low: number;
  readonly high: number;
  readonly samples: number[];
}

/** Bins that hold a sample, rising. A probability on an edge belongs to the bin below it, as in scikit-learn. */
function probabilityBins(probabilities: ArrayLike<number>, options: BinOptions): ProbabilityBin[] {
  const edges = binEdges(probabilities, options);
  const samples = Array.from({ length: edges.length - 1 }, (): number[] => []);
  for (let i = 0; i < probabilities.length; i++) samples[binOf(probabilities[i]!, edges)]!.push(i);
  return samples
    .map((members, bin) => ({ low: edges[bin]!, high: edges[bin + 1]!, samples: members }))
    .filter((bin) => bin.samples.length > 0);
}

function binEdges(probabilities: ArrayLike<number>, options: BinOptions): Float64Array {
  const { bins = 10, strategy = "uniform" } = options;
  checkInteger("bins", bins, { min: 1 });
  // Without a sample there is no quantile, and no bin to fill.
  const sorted =
    strategy === "quantile" && probabilities.length > 0 ? Float64Array.from(probabilities).sort() : null;
  return Float64Array.from({ length: bins + 1 }, (_, i) =>
    sorted === null ? i / bins : valueAtRank(sorted, (i * (sorted.length - 1)) / bins),
  );
}

/** Number of inner edges below the probability. */
function binOf(probability: number, edges: Float64Array): number {
  let low = 0;
  let high = edges.length - 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle + 1]! < probability) low = middle + 1;
    else high = middle;
  }
  return low;
}
