import { aucStatistic } from "../bootstrap/auc-statistic.js";
import { type BootstrapOptions, bootstrap, type Draw } from "../bootstrap/bootstrap.js";
import { figureStatistic } from "../bootstrap/figure-statistic.js";
import { expectedCalibrationError } from "../calibration/expected-calibration-error.js";
import { confusionMatrix } from "../confusion/confusion-matrix.js";
import { accuracy } from "../figures/accuracy.js";
import { balancedAccuracy } from "../figures/balanced-accuracy.js";
import { cohenKappa } from "../figures/cohen-kappa.js";
import { f1Score } from "../figures/f1-score.js";
import { matthewsCorrelation } from "../figures/matthews-correlation.js";
import { negativePredictiveValue } from "../figures/negative-predictive-value.js";
import { positivePredictiveValue } from "../figures/positive-predictive-value.js";
import { sensitivity } from "../figures/sensitivity.js";
import { specificity } from "../figures/specificity.js";
import {
  type ConfusionMatrix,
  checkLabels,
  checkProbabilities,
  checkSameLength,
} from "../internal/checks.js";
import { clopperPearson } from "../intervals/clopper-pearson.js";
import type { Interval, LevelOptions } from "../intervals/interval.js";
import { averagePrecision } from "../precision-recall/average-precision.js";
import { brierScore } from "../probability/brier-score.js";
import { logLoss } from "../probability/log-loss.js";
import { delong } from "../roc/delong.js";
import { newcombeAucInterval } from "../roc/newcombe-auc-interval.js";
import { applyThreshold } from "../threshold/apply-threshold.js";
import type { Estimate } from "./estimate.js";
import { estimateLikelihoodRatio } from "./estimate-likelihood-ratio.js";

/** Figures of {@link estimateFigures}, each with its interval. */
export interface FigureEstimates {
  readonly accuracy: Estimate;
  readonly sensitivity: Estimate;
  readonly specificity: Estimate;
  readonly positivePredictiveValue: Estimate;
  readonly negativePredictiveValue: Estimate;
  readonly positiveLikelihoodRatio: Estimate;
  readonly negativeLikelihoodRatio: Estimate;
  readonly balancedAccuracy: Estimate;
  readonly f1Score: Estimate;
  readonly matthewsCorrelation: Estimate;
  readonly cohenKappa: Estimate;
  readonly auc: Estimate;
  readonly averagePrecision: Estimate;
  readonly brierScore: Estimate;
  readonly logLoss: Estimate;
  readonly expectedCalibrationError: Estimate;
}

/** How {@link estimateFigures} counts and draws. */
export interface EstimateFiguresOptions extends LevelOptions {
  /** A probability above it is positive. */
  readonly threshold: number;
  /** Decides every draw of the bootstrap. */
  readonly seed: number;
  /** Group of each sample, such as its patient. */
  readonly groups?: ArrayLike<string | number>;
  /** Draws of the bootstrap. @defaultValue {@link ESTIMATE_DEFAULTS}.resamples */
  readonly resamples?: number;
}

/** Values that {@link estimateFigures} takes when none are given. */
export const ESTIMATE_DEFAULTS = { resamples: 2000 } as const;

/**
 * The figures of a binary classifier, each with the interval that belongs to it: Clopper and Pearson's for shares
 * of samples, DeLong's for the area under the ROC curve (Newcombe's where DeLong's variance is zero), Simel's for
 * likelihood ratios, and the bootstrap (BCa where it is defined) for the rest. With `groups`, the bootstrap draws
 * groups, and shares and the area carry a second interval `byGroup`. A bootstrap whose draws are all alike, as those
 * of a perfect classifier are, gives no interval: NaN, and null for `byGroup`.
 *
 * @param truth N labels, 0 or 1.
 * @param probabilities N probabilities of class 1.
 * @throws {InvalidArgumentError} on unequal lengths, a label other than 0 and 1, or a probability outside [0, 1].
 *
 * @example
 * ```ts
 * import { estimateFigures, formatEstimate } from "@covidxr/metrics";
 *
 * const truth = [0, 0, 0, 0, 1, 1, 1, 1];
 * const probabilities = [0.1, 0.2, 0.75, 0.3, 0.9, 0.8, 0.6, 0.95];
 * const figures = estimateFigures(truth, probabilities, { threshold: 0.7, seed: 0 });
 * formatEstimate(figures.accuracy); // '0.750 [0.349, 0.968]'
 * formatEstimate(figures.auc); // '0.938 [0.764, 1.000]'
 * ```
 */
export function estimateFigures(
  truth: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  options: EstimateFiguresOptions,
): FigureEstimates {
  checkSameLength(truth, probabilities, "probabilities");
  checkLabels(truth, "truth", 2);
  checkProbabilities(probabilities);
  const { threshold, seed, groups, resamples = ESTIMATE_DEFAULTS.resamples, level } = options;
  const predicted = applyThreshold(probabilities, threshold);
  const matrix = confusionMatrix(truth, predicted, { classes: 2 });
  const [[tn, fp], [fn, tp]] = matrix as [[number, number], [number, number]];
  const size = truth.length;
  const grouped = groups !== undefined && new Set(Array.from(groups)).size < size;
  const drawing: BootstrapOptions = {
    size,
    seed,
    resamples,
    ...(level !== undefined && { level }),
    ...(grouped && { groups }),
  };
  const cellOf = Uint8Array.from({ length: size }, (_, i) => truth[i]! * 2 + predicted[i]!);
  const ofMatrix =
    (figure: (matrix: ConfusionMatrix) => number) =>
    ({ counts }: Draw): number => {
      const cells = [0, 0, 0, 0];
      for (let i = 0; i < size; i++) cells[cellOf[i]!]! += counts[i]!;
      return figure([cells.slice(0, 2), cells.slice(2)]);
    };
  /** The interval of a bootstrap that draws groups; null where no two samples share one. */
  const byGroup = (statistic: (draw: Draw) => number): Interval | null => {
    if (!grouped) return null;
    const { low, high, level: own } = bootstrap(statistic, { ...drawing, method: "percentile" });
    return low === high ? null : { low, high, level: own };
  };

  const proportion = (right: number, of: number, undefinedReason: string): Estimate => ({
    value: of === 0 ? Number.NaN : right / of,
    ...clopperPearson(right, of, options),
    method: "Clopper–Pearson",
    byGroup: null,
    undefinedReason: of === 0 ? undefinedReason : null,
  });
  const share = (
    figure: (matrix: ConfusionMatrix) => number,
    right: number,
    of: number,
    undefinedReason: string,
  ): Estimate => ({ ...proportion(right, of, undefinedReason), byGroup: byGroup(ofMatrix(figure)) });
  const resampled = (statistic: (draw: Draw) => number): Estimate => {
    const { estimate, low, high, level: own, method, undefinedReason } = bootstrap(statistic, drawing);
    // Draws that are all alike say that nothing varied among the samples, not that nothing could.
    const closed = low === high;
    return {
      value: estimate,
      low: closed ? Number.NaN : low,
      high: closed ? Number.NaN : high,
      level: own,
      method: method === "bca" ? "bootstrap BCa" : "bootstrap percentile",
      byGroup: null,
      undefinedReason,
    };
  };
  const gathered = (figure: (truth: ArrayLike<number>, scores: ArrayLike<number>) => number): Estimate =>
    resampled(figureStatistic(figure, truth, probabilities));

  return {
    accuracy: share(accuracy, tn + tp, size, "there is no sample"),
    sensitivity: share(sensitivity, tp, tp + fn, "no sample is of class 1"),
    specificity: share(specificity, tn, tn + fp, "no sample is of class 0"),
    positivePredictiveValue: share(
      positivePredictiveValue,
      tp,
      tp + fp,
      "no sample was predicted as class 1",
    ),
    negativePredictiveValue: share(
      negativePredictiveValue,
      tn,
      tn + fn,
      "no sample was predicted as class 0",
    ),
    positiveLikelihoodRatio: estimateLikelihoodRatio(matrix, "positive", options),
    negativeLikelihoodRatio: estimateLikelihoodRatio(matrix, "negative", options),
    balancedAccuracy: resampled(ofMatrix(balancedAccuracy)),
    f1Score: resampled(ofMatrix(f1Score)),
    matthewsCorrelation: resampled(ofMatrix(matthewsCorrelation)),
    cohenKappa: resampled(ofMatrix(cohenKappa)),
    auc: areaEstimate(),
    averagePrecision: gathered(averagePrecision),
    brierScore: gathered(brierScore),
    logLoss: gathered(logLoss),
    expectedCalibrationError: gathered(expectedCalibrationError),
  };

  function areaEstimate(): Estimate {
    const { auc, variance, interval, undefinedReason } = delong(truth, probabilities, options);
    if (undefinedReason !== null && Number.isNaN(auc)) {
      return { value: auc, ...interval, method: "DeLong", byGroup: null, undefinedReason };
    }
    const closed = !(variance > 0);
    return {
      value: auc,
      ...(closed ? newcombeAucInterval(auc, tp + fn, tn + fp, options) : interval),
      method: closed ? "Newcombe" : "DeLong",
      byGroup: byGroup(aucStatistic(truth, probabilities)),
      undefinedReason: null,
    };
  }
}
