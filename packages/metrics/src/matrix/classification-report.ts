import { InvalidArgumentError } from "@covidxr/core";
import { checkInteger, checkOptions } from "@covidxr/core/internal";
import { checkLabels, checkSameLength } from "../checks.js";
import { f1Of } from "./class-metrics.js";
import {
  type ClassCounts,
  ratio,
  UNDEFINED,
  type UndefinedOptions,
  undefinedValue,
} from "./confusion-matrix.js";
import { pairwiseSum, reportText } from "./report-text.js";

/** Options of {@link classificationReport}. */
export interface ClassificationReportOptions extends UndefinedOptions {
  /**
   * Classes to report, in this order. When they are not exactly the classes that occur, the text shows a micro
   * average in place of the accuracy, as scikit-learn's does.
   * @defaultValue every class that occurs in `truth` or `predicted`, rising
   */
  readonly classIndices?: readonly number[];
  /** Names of the reported classes, in the order of `classIndices`. @defaultValue the class indices */
  readonly classes?: readonly string[];
  /** Decimals in the text, 0 to 50. @defaultValue 2 */
  readonly digits?: number;
}

/** Metrics of one class or one average, each in [0, 1] or undefined. */
export interface ReportMetrics {
  readonly precision: number;
  readonly recall: number;
  readonly f1Score: number;
  /** Number of true samples. */
  readonly support: number;
}

export interface ClassReport extends ReportMetrics {
  /** Class index. */
  readonly classIndex: number;
  readonly name: string;
}

/** A metric that is undefined for these samples, whatever value stands in its place. */
export interface UndefinedMetric {
  readonly classIndex: number;
  readonly metric: "precision" | "recall" | "f1Score";
  readonly reason: string;
}

/** Metrics by class and their averages, as numbers and as a table. */
export interface ClassificationReport {
  /** The table as scikit-learn prints it. */
  readonly text: string;
  readonly classes: ClassReport[];
  /** Proportion of all samples predicted correctly, whichever classes are reported. */
  readonly accuracy: number;
  /** From the counts of all reported classes together. */
  readonly microAverage: ReportMetrics;
  /** Mean over the classes, each counting once. Undefined when that of a class is. */
  readonly macroAverage: ReportMetrics;
  /** Mean over the classes, weighted by support. Undefined when that of a class with support is. */
  readonly weightedAverage: ReportMetrics;
  /** Which metrics are undefined, and why. Empty when all are defined. */
  readonly undefinedMetrics: UndefinedMetric[];
}

/**
 * Precision, recall and F1 of every class with their averages, as numbers and as the table that scikit-learn's
 * `classification_report` prints: with `whenUndefined: 0` the text equals that of scikit-learn 1.2 with
 * `zero_division=0` to the character. By default an undefined metric reads `nan`, and so does an average over it
 * (scikit-learn since 1.3, with NaN, leaves the class out of the average instead, which flatters a model that never
 * predicts a class).
 *
 * @param truth N class indices, integers of 0 or more; at least one unless `classIndices` is given.
 * @param predictions N class indices in the order of `truth`.
 * @throws {InvalidArgumentError} on unequal lengths, an index that is not an integer of 0 or more, no sample and
 *   no `classIndices`, repeated `classIndices`, names that do not match them, or `digits` out of range.
 *
 * @example
 * ```ts
 * import { classificationReport } from "@covidxr/metrics";
 *
 * const { classes, accuracy } = classificationReport([0, 0, 0, 1, 1], [0, 1, 0, 1, 1]);
 * console.log(accuracy, classes.map(({ recall }) => recall.toFixed(2))); // 0.8 [ '0.67', '1.00' ]
 * ```
 */
export function classificationReport(
  truth: ArrayLike<number>,
  predictions: ArrayLike<number>,
  options: ClassificationReportOptions = {},
): ClassificationReport {
  checkOptions(options, {
    ...UNDEFINED,
    classIndices: "array?",
    classes: "strings?",
    digits: "number?",
  });
  const whenUndefined = undefinedValue(options);
  const { digits = 2 } = options;
  checkInteger("digits", digits, { min: 0, max: 50 });
  checkSameLength(truth, predictions, "predictions");
  checkLabels(truth, "truth", Number.POSITIVE_INFINITY);
  checkLabels(predictions, "predictions", Number.POSITIVE_INFINITY);
  const occurring = [...new Set([...Array.from(truth), ...Array.from(predictions)])].sort((a, b) => a - b);
  const reported = checkReported(options.classIndices ?? occurring);
  const names = checkNames(options.classes ?? reported.map(String), reported);

  const counts = reported.map((classIndex) => countClass(truth, predictions, classIndex));
  const classes = counts.map((count, i) => ({
    classIndex: reported[i]!,
    name: names[i]!,
    ...metricsOf(count, whenUndefined),
  }));
  const right = Array.from(truth).reduce((sum, label, i) => sum + (label === predictions[i] ? 1 : 0), 0);
  const accuracy = ratio(right, truth.length, whenUndefined);
  const microAverage = metricsOf(counts.reduce(addCounts), whenUndefined);
  const macroAverage = macroAverageOf(classes, microAverage.support);
  const weightedAverage = weightedAverageOf(classes, microAverage.support, whenUndefined);

  const complete = reported.length === occurring.length && reported.every((own) => occurring.includes(own));
  const text = reportText(
    classes,
    [
      // scikit-learn prints the micro-averaged F1 as the accuracy: the same number, but 2·p·p / (p + p) can end an
      // ulp away from p, and 0.725 then prints as 0.73 rather than 0.72.
      complete
        ? { ...microAverage, name: "accuracy", precision: null, recall: null }
        : { name: "micro avg", ...microAverage },
      { name: "macro avg", ...macroAverage },
      { name: "weighted avg", ...weightedAverage },
    ],
    digits,
    right > 0,
  );
  const undefinedMetrics = counts.flatMap((count, i) => explainUndefined(count, reported[i]!));
  return { text, classes, accuracy, microAverage, macroAverage, weightedAverage, undefinedMetrics };
}

function countClass(
  truth: ArrayLike<number>,
  predictions: ArrayLike<number>,
  classIndex: number,
): ClassCounts {
  let truePositives = 0;
  let falsePositives = 0;
  let falseNegatives = 0;
  for (let i = 0; i < truth.length; i++) {
    if (truth[i] === classIndex && predictions[i] === classIndex) truePositives++;
    else if (predictions[i] === classIndex) falsePositives++;
    else if (truth[i] === classIndex) falseNegatives++;
  }
  const trueNegatives = truth.length - truePositives - falsePositives - falseNegatives;
  return { truePositives, falsePositives, falseNegatives, trueNegatives };
}

function addCounts(a: ClassCounts, b: ClassCounts): ClassCounts {
  return {
    truePositives: a.truePositives + b.truePositives,
    falsePositives: a.falsePositives + b.falsePositives,
    falseNegatives: a.falseNegatives + b.falseNegatives,
    trueNegatives: a.trueNegatives + b.trueNegatives,
  };
}

function metricsOf(counts: ClassCounts, whenUndefined: number): ReportMetrics {
  const { truePositives, falsePositives, falseNegatives } = counts;
  return {
    precision: ratio(truePositives, truePositives + falsePositives, whenUndefined),
    recall: ratio(truePositives, truePositives + falseNegatives, whenUndefined),
    f1Score: f1Of(counts, whenUndefined),
    support: truePositives + falseNegatives,
  };
}

function macroAverageOf(classes: readonly ReportMetrics[], support: number): ReportMetrics {
  const mean = (pick: (metrics: ReportMetrics) => number) => pairwiseSum(classes.map(pick)) / classes.length;
  return {
    precision: mean((c) => c.precision),
    recall: mean((c) => c.recall),
    f1Score: mean((c) => c.f1Score),
    support,
  };
}

function weightedAverageOf(
  classes: readonly ReportMetrics[],
  support: number,
  whenUndefined: number,
): ReportMetrics {
  // A class without samples has no weight, so its undefined metrics do not affect the average.
  const mean = (pick: (metrics: ReportMetrics) => number) =>
    ratio(
      pairwiseSum(classes.map((c) => (c.support === 0 ? 0 : pick(c) * c.support))),
      support,
      whenUndefined,
    );
  return {
    precision: mean((c) => c.precision),
    recall: mean((c) => c.recall),
    f1Score: mean((c) => c.f1Score),
    support,
  };
}

function explainUndefined(counts: ClassCounts, classIndex: number): UndefinedMetric[] {
  const neverPredicted = counts.truePositives + counts.falsePositives === 0;
  const neverTrue = counts.truePositives + counts.falseNegatives === 0;
  const found: UndefinedMetric[] = [];
  if (neverPredicted)
    found.push({ classIndex, metric: "precision", reason: `class ${classIndex} was never predicted` });
  if (neverTrue) found.push({ classIndex, metric: "recall", reason: `no sample is of class ${classIndex}` });
  if (neverPredicted && neverTrue) {
    found.push({
      classIndex,
      metric: "f1Score",
      reason: `class ${classIndex} was never predicted and no sample is of it`,
    });
  }
  return found;
}

function checkReported(reported: readonly number[]): readonly number[] {
  checkLabels(reported, "classIndices", Number.POSITIVE_INFINITY);
  if (reported.length === 0) {
    throw new InvalidArgumentError({
      parameter: "classIndices",
      value: reported,
      message: "expected a class to report, got none; pass samples, or classIndices",
    });
  }
  if (new Set(reported).size !== reported.length) {
    throw new InvalidArgumentError({
      parameter: "classIndices",
      value: reported,
      message: `expected each class once, got [${reported.join(", ")}]`,
    });
  }
  return reported;
}

/** Checks that there is a name for each class. */
export function checkNames(names: readonly string[], reported: readonly number[]): readonly string[] {
  if (names.length !== reported.length) {
    throw new InvalidArgumentError({
      parameter: "classes",
      value: names,
      message: `expected ${reported.length} names, one for each of classes ${reported.join(", ")}, got ${names.length}`,
    });
  }
  return names;
}
