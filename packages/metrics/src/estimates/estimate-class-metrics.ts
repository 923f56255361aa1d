import { checkOptions } from "@covidxr/core/internal";
import type { Draw } from "../bootstrap/resampler.js";
import {
  type ClassRanking,
  matrixStatistic,
  meanStatistic,
  rankingStatistic,
} from "../bootstrap/statistics.js";
import { checkProbabilityRows } from "../checks.js";
import { againstRest } from "../curves/auc.js";
import { mostLikelyClasses } from "../decisions/threshold.js";
import { accuracy, balancedAccuracy, cohenKappa, matthewsCorrelation } from "../matrix/agreement.js";
import {
  f1Score,
  negativePredictiveValue,
  positivePredictiveValue,
  sensitivity,
  specificity,
} from "../matrix/class-metrics.js";
import { checkNames } from "../matrix/classification-report.js";
import {
  type ClassOptions,
  type ConfusionMatrix,
  classCounts,
  marginals,
} from "../matrix/confusion-matrix.js";
import { calibrationErrorOf } from "../probabilities/calibration-curve.js";
import { brierScore, logLoss } from "../probabilities/losses.js";
import type { Estimate } from "./estimate.js";
import { ESTIMATE, type EstimateOptions, estimateAll } from "./estimate-all.js";

/** Metrics of one class against the rest, each with its interval. */
export interface ClassEstimates {
  readonly classIndex: number;
  readonly name: string;
  /** Number of true samples. */
  readonly support: number;
  readonly sensitivity: Estimate;
  readonly specificity: Estimate;
  readonly positivePredictiveValue: Estimate;
  readonly negativePredictiveValue: Estimate;
  readonly f1Score: Estimate;
  /** Area under the ROC curve of the probability of the class. */
  readonly auc: Estimate;
  readonly averagePrecision: Estimate;
  /** Of the probability of the class, in [0, 1]. */
  readonly brierScore: Estimate;
}

/** Means over the classes, each counting once; undefined where that of a class is. */
export interface MacroEstimates {
  /** Equal to the balanced accuracy. */
  readonly sensitivity: Estimate;
  /** Mean precision. */
  readonly positivePredictiveValue: Estimate;
  readonly f1Score: Estimate;
  /** Of each class against the rest (Provost and Domingos 2000). */
  readonly auc: Estimate;
  /** Over pairs of classes (Hand and Till 2001), see {@link multiClassAuc}. */
  readonly aucOneVsOne: Estimate;
}

/** Metrics of a classifier of exclusive classes, each with its interval. */
export interface ClassMetricEstimates {
  readonly accuracy: Estimate;
  readonly balancedAccuracy: Estimate;
  readonly cohenKappa: Estimate;
  readonly matthewsCorrelation: Estimate;
  readonly logLoss: Estimate;
  /** Over all classes, in [0, 2]. */
  readonly brierScore: Estimate;
  /** Of the probability of the predicted class. */
  readonly expectedCalibrationError: Estimate;
  readonly macroAverage: MacroEstimates;
  /** Each class against the rest, in the order of the columns. */
  readonly classes: ClassEstimates[];
}

/** Options of {@link estimateClassMetrics}. */
export interface EstimateClassMetricsOptions extends EstimateOptions {
  /** Names of the classes, in the order of the columns. @defaultValue the class indices */
  readonly classes?: readonly string[];
}

/** Drawn samples, as metrics take them. */
interface Sample {
  readonly draw: Draw;
  readonly matrix: ConfusionMatrix;
  readonly rankings: readonly ClassRanking[];
}

/**
 * The metrics of a classifier of C exclusive classes, each with the appropriate interval, as {@link estimateMetrics} of
 * two: Clopper and Pearson's for proportions of samples, DeLong's for the area under the ROC curve of a class
 * (Newcombe's where DeLong's variance is zero), and the bootstrap (BCa where it is defined) for the rest, averages
 * included. With `groups`, the bootstrap draws groups, and proportions and the area of a class have a second interval,
 * `byGroup`. The predicted class is the most likely one, the first of equals ({@link mostLikelyClasses}).
 *
 * What the samples leave undefined is NaN, and `undefinedReason` names the classes: sensitivity, area and average
 * precision of a class without a sample, the positive predictive value of one that was never predicted, and a mean over
 * any of these, such as the balanced accuracy. scikit-learn, with a warning, counts them as 0 (precision, recall, average
 * precision) or leaves the class out of the mean (balanced accuracy). Resamples in which a metric is undefined are left
 * out; where they are more than half, its interval is NaN, with the reason.
 *
 * @param truth N class indices in [0, C).
 * @param probabilities N rows of C probabilities, C of 2 or more, each row summing to 1 within 0.001.
 * @throws {InvalidArgumentError} on unequal lengths, a class index out of range, rows that are not probabilities, names
 *   that do not match the columns, or options out of range.
 *
 * @example
 * ```ts
 * import { estimateClassMetrics, formatEstimate } from "@covidxr/metrics";
 *
 * const truth = [0, 0, 0, 1, 1, 1, 2, 2, 2];
 * const probabilities = [
 *   [0.8, 0.1, 0.1], [0.6, 0.3, 0.1], [0.3, 0.5, 0.2],
 *   [0.1, 0.7, 0.2], [0.2, 0.6, 0.2], [0.3, 0.4, 0.3],
 *   [0.1, 0.2, 0.7], [0.5, 0.1, 0.4], [0.2, 0.2, 0.6],
 * ];
 * const classes = ["normal", "pneumonia", "COVID-19"];
 * const metrics = estimateClassMetrics(truth, probabilities, { classes, seed: 0 });
 * formatEstimate(metrics.accuracy); // '0.778 [0.400, 0.972]'
 * formatEstimate(metrics.macroAverage.auc); // '0.954 [0.734, 1.000]'
 * formatEstimate(metrics.classes[2]!.auc); // '1.000 [0.585, 1.000]'
 * ```
 */
export function estimateClassMetrics(
  truth: ArrayLike<number>,
  probabilities: readonly ArrayLike<number>[],
  options: EstimateClassMetricsOptions,
): ClassMetricEstimates {
  checkOptions(options, { ...ESTIMATE, classes: "strings?" });
  const columns = checkProbabilityRows(truth, probabilities);
  const size = truth.length;
  const classCount = size === 0 ? (options.classes?.length ?? 0) : columns;
  const indices = Array.from({ length: classCount }, (_, c) => c);
  const names = checkNames(options.classes ?? indices.map(String), indices);
  const predictions = mostLikelyClasses(probabilities);
  const matrixOf = matrixStatistic(truth, predictions, classCount);
  const rankingOf = indices.map((c) =>
    rankingStatistic(truth, againstRest(truth, probabilities, c).scores, c, classCount),
  );
  const sampleOf = (draw: Draw): Sample => ({
    draw,
    matrix: matrixOf(draw),
    rankings: rankingOf.map((own) => own(draw)),
  });
  const matrix = matrixOf({ indices: new Uint32Array(), counts: new Uint32Array(size).fill(1) });
  const ofClasses = names.map((name, c) => classEstimands(truth, probabilities, matrix, c, name));
  const [overall, macroAverage, ...estimates] = estimateAll(
    [
      overallEstimands(truth, probabilities, predictions, matrix, ofClasses),
      macroEstimands(ofClasses),
      ...ofClasses,
    ],
    sampleOf,
    size,
    options,
  );
  const { actual } = marginals(matrix);
  return {
    ...overall,
    macroAverage,
    classes: estimates.map((own, c) => ({ classIndex: c, name: names[c]!, support: actual[c]!, ...own })),
  };
}

const NO_SAMPLE = "there is no sample";

function resampled(of: (sample: Sample) => number, undefinedReason: string | null) {
  return { interval: "bootstrap", of, undefinedReason } as const;
}

type ClassEstimands = ReturnType<typeof classEstimands>;

/** Metrics of one class against the rest; a reason is null where the metric is defined. */
function classEstimands(
  truth: ArrayLike<number>,
  probabilities: readonly ArrayLike<number>[],
  matrix: ConfusionMatrix,
  classIndex: number,
  name: string,
) {
  const counts = classCounts(matrix, { classIndex });
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = counts;
  const { labels, scores } = againstRest(truth, probabilities, classIndex);
  const squares = meanStatistic(labels.map((label, i) => brierScore([label], [scores[i]!])));
  const reasonOf = (trials: number, reason: string) =>
    truth.length === 0 ? NO_SAMPLE : trials === 0 ? reason : null;
  const proportion = (
    of: (matrix: ConfusionMatrix, options: ClassOptions) => number,
    successes: number,
    failures: number,
    reason: string,
  ) =>
    ({
      interval: "proportion",
      of: (sample: Sample) => of(sample.matrix, { classIndex }),
      successes,
      trials: successes + failures,
      undefinedReason: reasonOf(successes + failures, reason),
    }) as const;
  const absent = `no sample is of class ${name}`;
  const sole = `every sample is of class ${name}`;
  const found = proportion(sensitivity, truePositives, falseNegatives, absent);
  const cleared = proportion(specificity, trueNegatives, falsePositives, sole);
  return {
    sensitivity: found,
    specificity: cleared,
    positivePredictiveValue: proportion(
      positivePredictiveValue,
      truePositives,
      falsePositives,
      `no sample was predicted as class ${name}`,
    ),
    negativePredictiveValue: proportion(
      negativePredictiveValue,
      trueNegatives,
      falseNegatives,
      `every sample was predicted as class ${name}`,
    ),
    f1Score: resampled(
      (sample) => f1Score(sample.matrix, { classIndex }),
      reasonOf(truePositives + falsePositives + falseNegatives, `${absent} or was predicted as it`),
    ),
    auc: {
      interval: "area",
      of: (sample: Sample) => sample.rankings[classIndex]!.auc,
      truth: labels,
      scores,
      undefinedReason: found.undefinedReason ?? cleared.undefinedReason,
    },
    averagePrecision: resampled(
      (sample) => sample.rankings[classIndex]!.averagePrecision,
      found.undefinedReason,
    ),
    brierScore: resampled(({ draw }) => squares(draw), reasonOf(truth.length, NO_SAMPLE)),
  } as const;
}

/** Why a mean over classes is undefined: the reason of each class that lacks the metric. */
function reasonOfMean(
  classes: readonly ClassEstimands[],
  metric: keyof MacroEstimates & keyof ClassEstimands,
) {
  const reasons = classes.flatMap((own) => own[metric].undefinedReason ?? []);
  return classes.length === 0 ? NO_SAMPLE : [...new Set(reasons)].join("; ");
}

function macroEstimands(classes: readonly ClassEstimands[]) {
  const mean = (metric: keyof MacroEstimates & keyof ClassEstimands) =>
    resampled(
      (sample) => meanOf(classes.map((own) => own[metric].of(sample))),
      reasonOfMean(classes, metric),
    );
  return {
    sensitivity: mean("sensitivity"),
    positivePredictiveValue: mean("positivePredictiveValue"),
    f1Score: mean("f1Score"),
    auc: mean("auc"),
    aucOneVsOne: resampled(
      ({ rankings }) =>
        meanOf(
          rankings.flatMap(({ areas }, c) =>
            areas.slice(0, c).map((area, d) => (rankings[d]!.areas[c]! + area) / 2),
          ),
        ),
      reasonOfMean(classes, "sensitivity"),
    ),
  };
}

/** Metrics of all classes together. */
function overallEstimands(
  truth: ArrayLike<number>,
  probabilities: readonly ArrayLike<number>[],
  predictions: readonly number[],
  matrix: ConfusionMatrix,
  classes: readonly ClassEstimands[],
) {
  const correct = predictions.map((predicted, i) => (predicted === truth[i] ? 1 : 0));
  const confidences = predictions.map((predicted, i) => probabilities[i]![predicted]!);
  const calibrationError = calibrationErrorOf(correct, confidences);
  const meanOfSamples = (loss: (truth: number[], rows: ArrayLike<number>[]) => number) =>
    meanStatistic(probabilities.map((row, i) => loss([truth[i]!], [row])));
  const [logLosses, brierScores] = [meanOfSamples(logLoss), meanOfSamples(brierScore)];
  const unlessEmpty = (reason: string) => (truth.length === 0 ? NO_SAMPLE : reason);
  return {
    accuracy: {
      interval: "proportion",
      of: (sample: Sample) => accuracy(sample.matrix),
      successes: matrix.reduce((sum, row, c) => sum + row[c]!, 0),
      trials: truth.length,
      undefinedReason: NO_SAMPLE,
    },
    balancedAccuracy: resampled(
      (sample) => balancedAccuracy(sample.matrix),
      reasonOfMean(classes, "sensitivity"),
    ),
    cohenKappa: resampled(
      (sample) => cohenKappa(sample.matrix),
      unlessEmpty("every sample is of one class and was predicted as it"),
    ),
    matthewsCorrelation: resampled(
      (sample) => matthewsCorrelation(sample.matrix),
      unlessEmpty("every sample is of one class, or was predicted as one"),
    ),
    logLoss: resampled(({ draw }) => logLosses(draw), NO_SAMPLE),
    brierScore: resampled(({ draw }) => brierScores(draw), NO_SAMPLE),
    expectedCalibrationError: resampled(({ draw }) => calibrationError(draw), NO_SAMPLE),
  } as const;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
