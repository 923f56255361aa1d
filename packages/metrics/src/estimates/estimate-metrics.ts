import { checkOptions } from "@covidxr/core/internal";
import { bootstrapStatistics, type DrawingOptions } from "../bootstrap/bootstrap.js";
import type { Draw } from "../bootstrap/resampler.js";
import { aucStatistic } from "../bootstrap/statistics.js";
import { checkBinary, checkProbabilities } from "../checks.js";
import { delong } from "../curves/delong.js";
import { averagePrecision } from "../curves/precision-recall.js";
import { applyThreshold } from "../decisions/threshold.js";
import { checkLevel, type Interval, LEVEL, type LevelOptions } from "../intervals/interval.js";
import { newcombeAucInterval } from "../intervals/newcombe-auc-interval.js";
import { clopperPearson } from "../intervals/proportions.js";
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
import { expectedCalibrationError } from "../probabilities/calibration-curve.js";
import { brierScore, logLoss } from "../probabilities/losses.js";
import type { Estimate } from "./estimate.js";

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
export interface EstimateMetricsOptions extends LevelOptions {
  /** A probability above it is positive. */
  readonly threshold: number;
  /** Decides every draw of the bootstrap. */
  readonly seed: number;
  /** Group of each sample, such as its patient. */
  readonly groups?: ArrayLike<string | number>;
  /** Number of bootstrap resamples. @defaultValue 2000 */
  readonly resamples?: number;
}

/** Drawn samples, as metrics take them. */
interface Sample {
  readonly draw: Draw;
  readonly matrix: ConfusionMatrix;
  readonly truth: readonly number[];
  readonly probabilities: readonly number[];
}

/** What has an exact interval, and one of the bootstrap where groups are drawn. */
const PROPORTIONS = {
  accuracy: ({ matrix }: Sample) => accuracy(matrix),
  sensitivity: ({ matrix }: Sample) => sensitivity(matrix),
  specificity: ({ matrix }: Sample) => specificity(matrix),
  positivePredictiveValue: ({ matrix }: Sample) => positivePredictiveValue(matrix),
  negativePredictiveValue: ({ matrix }: Sample) => negativePredictiveValue(matrix),
};

/** What has no interval but the bootstrap's. */
const RESAMPLED = {
  balancedAccuracy: ({ matrix }: Sample) => balancedAccuracy(matrix),
  f1Score: ({ matrix }: Sample) => f1Score(matrix),
  matthewsCorrelation: ({ matrix }: Sample) => matthewsCorrelation(matrix),
  cohenKappa: ({ matrix }: Sample) => cohenKappa(matrix),
  averagePrecision: ({ truth, probabilities }: Sample) => averagePrecision(truth, probabilities),
  brierScore: ({ truth, probabilities }: Sample) => brierScore(truth, probabilities),
  logLoss: ({ truth, probabilities }: Sample) => logLoss(truth, probabilities),
  expectedCalibrationError: ({ truth, probabilities }: Sample) =>
    expectedCalibrationError(truth, probabilities),
};

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
  checkOptions(options, {
    ...LEVEL,
    threshold: "number",
    seed: "number",
    groups: "array?",
    resamples: "number?",
  });
  checkBinary(truth, probabilities, "probabilities", checkProbabilities);
  const { threshold, seed, groups, resamples, level } = options;
  const predictions = applyThreshold(probabilities, threshold);
  const matrix = confusionMatrix(truth, predictions);
  const [[tn, fp], [fn, tp]] = matrix as [[number, number], [number, number]];
  const size = truth.length;
  const ofLevel: LevelOptions = level === undefined ? {} : { level };
  const grouped = groups !== undefined && new Set(Array.from(groups)).size < size;
  const drawing: DrawingOptions = {
    seed,
    ...(resamples !== undefined && { resamples }),
    ...ofLevel,
    ...(grouped && { groups }),
  };
  const cellOf = Uint8Array.from({ length: size }, (_, i) => truth[i]! * 2 + predictions[i]!);
  const sampleOf = (draw: Draw): Sample => {
    const { indices, counts } = draw;
    const cells = [0, 0, 0, 0];
    for (let i = 0; i < size; i++) cells[cellOf[i]!]! += counts[i]!;
    const drawnTruth: number[] = [];
    const drawnProbabilities: number[] = [];
    for (let k = 0; k < indices.length; k++) {
      drawnTruth.push(truth[indices[k]!]!);
      drawnProbabilities.push(probabilities[indices[k]!]!);
    }
    return {
      draw,
      matrix: [cells.slice(0, 2), cells.slice(2)],
      truth: drawnTruth,
      probabilities: drawnProbabilities,
    };
  };
  const area = aucStatistic(truth, probabilities);
  const ofGroups = grouped ? Object.entries({ ...PROPORTIONS, auc: ({ draw }: Sample) => area(draw) }) : [];
  const ofSamples = Object.entries(RESAMPLED);
  const statistics = [...ofGroups, ...ofSamples].map(([, statistic]) => statistic);
  const intervals = bootstrapStatistics(
    (draw) => {
      const sample = sampleOf(draw);
      return statistics.map((statistic) => statistic(sample));
    },
    statistics.map((_, k) => (k < ofGroups.length ? "percentile" : "bca")),
    size,
    drawing,
  );
  /** Interval from a bootstrap that draws groups; null where no two samples share one. */
  const byGroup = (name: keyof typeof PROPORTIONS | "auc"): Interval | null => {
    const interval = intervals[ofGroups.findIndex(([own]) => own === name)];
    if (interval === undefined) return null;
    const { low, high, level: own } = interval;
    return low === high ? null : { low, high, level: own };
  };

  const proportion = (right: number, of: number, undefinedReason: string): Estimate => ({
    value: of === 0 ? Number.NaN : right / of,
    ...clopperPearson(right, of, ofLevel),
    method: "Clopper–Pearson",
    byGroup: null,
    undefinedReason: of === 0 ? undefinedReason : null,
  });
  const groupedProportion = (
    name: keyof typeof PROPORTIONS,
    right: number,
    of: number,
    undefinedReason: string,
  ): Estimate => ({ ...proportion(right, of, undefinedReason), byGroup: byGroup(name) });
  const resampled = (name: keyof typeof RESAMPLED): Estimate => {
    const {
      estimate,
      low,
      high,
      level: own,
      method,
      undefinedReason,
    } = intervals[ofGroups.length + ofSamples.findIndex(([each]) => each === name)]!;
    // Draws that are all alike show that nothing varied among the samples, not that nothing could.
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

  return {
    accuracy: groupedProportion("accuracy", tn + tp, size, "there is no sample"),
    sensitivity: groupedProportion("sensitivity", tp, tp + fn, "no sample is of class 1"),
    specificity: groupedProportion("specificity", tn, tn + fp, "no sample is of class 0"),
    positivePredictiveValue: groupedProportion(
      "positivePredictiveValue",
      tp,
      tp + fp,
      "no sample was predicted as class 1",
    ),
    negativePredictiveValue: groupedProportion(
      "negativePredictiveValue",
      tn,
      tn + fn,
      "no sample was predicted as class 0",
    ),
    positiveLikelihoodRatio: estimateLikelihoodRatio(matrix, "positive", ofLevel),
    negativeLikelihoodRatio: estimateLikelihoodRatio(matrix, "negative", ofLevel),
    balancedAccuracy: resampled("balancedAccuracy"),
    f1Score: resampled("f1Score"),
    matthewsCorrelation: resampled("matthewsCorrelation"),
    cohenKappa: resampled("cohenKappa"),
    auc: areaEstimate(),
    averagePrecision: resampled("averagePrecision"),
    brierScore: resampled("brierScore"),
    logLoss: resampled("logLoss"),
    expectedCalibrationError: resampled("expectedCalibrationError"),
  };

  function areaEstimate(): Estimate {
    const { auc, variance, interval, undefinedReason } = delong(truth, probabilities, ofLevel);
    if (undefinedReason !== null && Number.isNaN(auc)) {
      return { value: auc, ...interval, method: "DeLong", byGroup: null, undefinedReason };
    }
    const closed = !(variance > 0);
    return {
      value: auc,
      ...(closed ? newcombeAucInterval(auc, tp + fn, tn + fp, ofLevel) : interval),
      method: closed ? "Newcombe" : "DeLong",
      byGroup: byGroup("auc"),
      undefinedReason: null,
    };
  }
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
