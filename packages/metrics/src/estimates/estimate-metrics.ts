import { checkOptions } from "@covidxr/core/internal";
import type { Draw } from "../bootstrap/resampler.js";
import {
  type ClassRanking,
  matrixStatistic,
  meanStatistic,
  rankingStatistic,
} from "../bootstrap/statistics.js";
import { checkBinary, checkProbabilities } from "../checks.js";
import { applyThreshold } from "../decisions/threshold.js";
import { checkLevel, type LevelOptions } from "../intervals/interval.js";
import { normalQuantile } from "../math/normal.js";
import { accuracy, balancedAccuracy, cohenKappa, matthewsCorrelation } from "../matrix/agreement.js";
import {
  f1Score,
  negativeLikelihoodRatio,
  negativePredictiveValue,
  positiveLikelihoodRatio,
  positivePredictiveValue,
  sensitivity,
  specificity,
} from "../matrix/class-metrics.js";
import { type ConfusionMatrix, classCounts, confusionMatrix } from "../matrix/confusion-matrix.js";
import { calibrationErrorOf } from "../probabilities/calibration-curve.js";
import { brierScore, logLoss } from "../probabilities/losses.js";
import type { Estimate } from "./estimate.js";
import { ESTIMATE, type Estimand, type EstimateOptions, estimateAll } from "./estimate-all.js";

/** Metrics of a binary classifier, each with its interval. */
export interface MetricEstimates {
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

/** Options of {@link estimateMetrics}. */
export interface EstimateMetricsOptions extends EstimateOptions {
  /** A probability above it is positive. */
  readonly threshold: number;
}

/** Drawn samples, as metrics take them. */
interface Sample {
  readonly draw: Draw;
  readonly matrix: ConfusionMatrix;
  readonly ranking: ClassRanking;
}

/**
 * The metrics of a binary classifier, each with the appropriate interval: Clopper and Pearson's for proportions of
 * samples, DeLong's for the area under the ROC curve (Newcombe's where DeLong's variance is zero), Simel's for likelihood
 * ratios, and the bootstrap (BCa where it is defined) for the rest. With `groups`, the bootstrap draws groups, and
 * proportions and the area have a second interval, `byGroup`. A bootstrap whose draws are all alike, as those of a perfect
 * classifier, gives no interval: NaN, and null for `byGroup`.
 *
 * @param truth N labels, 0 or 1.
 * @param probabilities N probabilities of class 1.
 * @throws {InvalidArgumentError} on unequal lengths, a label other than 0 and 1, or a probability outside [0, 1].
 *
 * @example
 * ```ts
 * import { estimateMetrics, formatEstimate } from "@covidxr/metrics";
 *
 * const truth = [0, 0, 0, 0, 1, 1, 1, 1];
 * const probabilities = [0.1, 0.2, 0.75, 0.3, 0.9, 0.8, 0.6, 0.95];
 * const metrics = estimateMetrics(truth, probabilities, { threshold: 0.7, seed: 0 });
 * formatEstimate(metrics.accuracy); // '0.750 [0.349, 0.968]'
 * formatEstimate(metrics.auc); // '0.938 [0.764, 1.000]'
 * ```
 */
export function estimateMetrics(
  truth: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  options: EstimateMetricsOptions,
): MetricEstimates {
  checkOptions(options, { ...ESTIMATE, threshold: "number" });
  checkBinary(truth, probabilities, "probabilities", checkProbabilities);
  const { threshold, level } = options;
  const predictions = applyThreshold(probabilities, threshold);
  const matrix = confusionMatrix(truth, predictions);
  const [[tn, fp], [fn, tp]] = matrix as [[number, number], [number, number]];
  const size = truth.length;
  const matrixOf = matrixStatistic(truth, predictions, 2);
  const rankingOf = rankingStatistic(truth, probabilities, 1, 2);
  const sampleOf = (draw: Draw): Sample => ({ draw, matrix: matrixOf(draw), ranking: rankingOf(draw) });
  const proportion = (
    successes: number,
    trials: number,
    of: (matrix: ConfusionMatrix) => number,
    undefinedReason: string,
  ): Estimand<Sample> => ({
    interval: "proportion",
    of: (sample) => of(sample.matrix),
    successes,
    trials,
    undefinedReason,
  });
  const ofMatrix = (of: (matrix: ConfusionMatrix) => number): Estimand<Sample> => ({
    interval: "bootstrap",
    of: (sample) => of(sample.matrix),
  });
  const ofDraw = (of: (draw: Draw) => number): Estimand<Sample> => ({
    interval: "bootstrap",
    of: (sample) => of(sample.draw),
  });
  const meanOf = (loss: (truth: number[], probabilities: number[]) => number): Estimand<Sample> =>
    ofDraw(meanStatistic(Array.from(truth, (label, i) => loss([label], [probabilities[i]!]))));
  const unpredicted = (label: number) => `no sample was predicted as class ${label}`;
  const [proportions, others] = estimateAll(
    [
      {
        accuracy: proportion(tn + tp, size, accuracy, "there is no sample"),
        sensitivity: proportion(tp, tp + fn, sensitivity, "no sample is of class 1"),
        specificity: proportion(tn, tn + fp, specificity, "no sample is of class 0"),
        positivePredictiveValue: proportion(tp, tp + fp, positivePredictiveValue, unpredicted(1)),
        negativePredictiveValue: proportion(tn, tn + fn, negativePredictiveValue, unpredicted(0)),
      },
      {
        balancedAccuracy: ofMatrix(balancedAccuracy),
        f1Score: ofMatrix(f1Score),
        matthewsCorrelation: ofMatrix(matthewsCorrelation),
        cohenKappa: ofMatrix(cohenKappa),
        auc: { interval: "area", of: ({ ranking }) => ranking.auc, truth, scores: probabilities },
        averagePrecision: { interval: "bootstrap", of: ({ ranking }) => ranking.averagePrecision },
        brierScore: meanOf(brierScore),
        logLoss: meanOf(logLoss),
        expectedCalibrationError: ofDraw(calibrationErrorOf(truth, probabilities)),
      },
    ],
    sampleOf,
    size,
    options,
  );
  const ofLevel: LevelOptions = level === undefined ? {} : { level };
  return {
    ...proportions,
    positiveLikelihoodRatio: estimateLikelihoodRatio(matrix, "positive", ofLevel),
    negativeLikelihoodRatio: estimateLikelihoodRatio(matrix, "negative", ofLevel),
    ...others,
  };
}

/**
 * A likelihood ratio of class 1 with its interval on the logarithmic scale (Simel, Samsa & Matchar 1991,
 * "Likelihood ratios with confidence"). The ratio of two proportions `a / n` and `b / m` has the standard error
 * `√(1/a − 1/n + 1/b − 1/m)` there, so that a proportion of 0 leaves the interval undefined.
 *
 * @param matrix 2 × 2 counts.
 * @param which `"positive"`: sensitivity / (1 − specificity); `"negative"`: (1 − sensitivity) / specificity.
 */
function estimateLikelihoodRatio(
  matrix: ConfusionMatrix,
  which: "positive" | "negative",
  options: LevelOptions = {},
): Estimate {
  const level = checkLevel(options);
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = classCounts(matrix, {});
  const positives = truePositives + falseNegatives;
  const negatives = trueNegatives + falsePositives;
  const [value, a, b] =
    which === "positive"
      ? [positiveLikelihoodRatio(matrix), truePositives, falsePositives]
      : [negativeLikelihoodRatio(matrix), falseNegatives, trueNegatives];
  const reason = Number.isNaN(value)
    ? `expected samples of both classes and a proportion above 0, got ${positives} positive and ${negatives} negative ones`
    : null;
  const estimate = { value, level, method: "Simel", byGroup: null, undefinedReason: reason } as const;
  if (reason !== null || a === 0 || b === 0) return { ...estimate, low: Number.NaN, high: Number.NaN };
  const reach = normalQuantile((1 + level) / 2) * Math.sqrt(1 / a - 1 / positives + 1 / b - 1 / negatives);
  return { ...estimate, low: value * Math.exp(-reach), high: value * Math.exp(reach) };
}
