import { InvalidArgumentError } from "@covidxr/core";
import { checkLabels, checkSameLength } from "../internal/checks.js";
import type { ClassCounts } from "../internal/class-counts.js";
import { f1Of } from "../internal/f1-of.js";
import { ratio, type UndefinedOptions, undefinedValue } from "../internal/undefined-figures.js";
import { pairwiseSum } from "./pairwise-sum.js";
import { reportText } from "./report-text.js";

/** Decimals that {@link classificationReport} prints unless told otherwise. */
export const CLASSIFICATION_REPORT_DEFAULTS = { digits: 2 } as const;

export interface ClassificationReportOptions extends UndefinedOptions {
  /**
   * Classes to report, in this order. When they are not exactly the classes that occur, the text shows a micro
   * average in place of the accuracy, as scikit-learn's does.
   * @defaultValue every class that occurs in `truth` or `predicted`, rising
   */
  readonly labels?: readonly number[];
  /** Names shown for the classes, in the order of `labels`. @defaultValue the class indices */
  readonly targetNames?: readonly string[];
  /** Decimals in the text, 0 to 50. @defaultValue {@link CLASSIFICATION_REPORT_DEFAULTS}.digits */
  readonly digits?: number;
}

/** Figures of one class or one average, each in [0, 1] or undefined. */
export interface ReportFigures {
  readonly precision: number;
  readonly recall: number;
  readonly f1Score: number;
  /** Number of samples behind the figures. */
  readonly support: number;
}

export interface ClassReport extends ReportFigures {
  /** Class index. */
  readonly label: number;
  readonly name: string;
}

/** A figure that the data do not define, whatever value stands in its place. */
export interface UndefinedFigure {
  readonly label: number;
  readonly figure: "precision" | "recall" | "f1Score";
  readonly reason: string;
}

/** Figures by class and their averages, as numbers and as a table. */
export interface ClassificationReport {
  /** The table as scikit-learn prints it. */
  readonly text: string;
  readonly classes: ClassReport[];
  /** Share of all samples predicted right, whichever classes are reported. */
  readonly accuracy: number;
  /** From the counts of all reported classes together. */
  readonly microAverage: ReportFigures;
  /** Mean over the classes, each counting once. Undefined when a class's figure is. */
  readonly macroAverage: ReportFigures;
  /** Mean over the classes, weighted by support. Undefined when the figure of a class with support is. */
  readonly weightedAverage: ReportFigures;
  /** Which figures are undefined, and why. Empty when all are defined. */
  readonly undefinedFigures: UndefinedFigure[];
}

/**
 * Precision, recall and F1 of every class with their averages, as numbers and as the table that scikit-learn's
 * `classification_report` prints: with `whenUndefined: 0` the text equals that of scikit-learn 1.2 with
 * `zero_division=0` to the character. By default an undefined figure reads `nan`, and so does an average over it
 * (scikit-learn since 1.3, asked for NaN, leaves the class out of the average instead, which flatters a model that
 * never predicts a class).
 *
 * @param truth N class indices, integers of 0 or more; at least one unless `labels` is given.
 * @param predicted N class indices in the order of `truth`.
 * @throws {InvalidArgumentError} on unequal lengths, an index that is not an integer of 0 or more, no sample and
 *   no `labels`, repeated `labels`, names that do not match them, or `digits` out of range.
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
  predicted: ArrayLike<number>,
  options: ClassificationReportOptions = {},
): ClassificationReport {
  const whenUndefined = undefinedValue(options);
  const digits = checkDigits(options.digits ?? CLASSIFICATION_REPORT_DEFAULTS.digits);
  checkSameLength(truth, predicted, "predicted");
  checkLabels(truth, "truth", Number.POSITIVE_INFINITY);
  checkLabels(predicted, "predicted", Number.POSITIVE_INFINITY);
  const occurring = [...new Set([...Array.from(truth), ...Array.from(predicted)])].sort((a, b) => a - b);
  const labels = checkReportedLabels(options.labels ?? occurring);
  const names = checkNames(options.targetNames ?? labels.map(String), labels);

  const counts = labels.map((label) => countClass(truth, predicted, label));
  const classes = counts.map((count, i) => ({
    label: labels[i]!,
    name: names[i]!,
    ...figures(count, whenUndefined),
  }));
  const right = Array.from(truth).reduce((sum, label, i) => sum + (label === predicted[i] ? 1 : 0), 0);
  const accuracy = ratio(right, truth.length, whenUndefined);
  const microAverage = figures(counts.reduce(addCounts), whenUndefined);
  const macroAverage = macroAverageOf(classes, microAverage.support);
  const weightedAverage = weightedAverageOf(classes, microAverage.support, whenUndefined);

  const complete = labels.length === occurring.length && labels.every((label) => occurring.includes(label));
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
  const undefinedFigures = counts.flatMap((count, i) => explainUndefined(count, labels[i]!));
  return { text, classes, accuracy, microAverage, macroAverage, weightedAverage, undefinedFigures };
}

function countClass(truth: ArrayLike<number>, predicted: ArrayLike<number>, label: number): ClassCounts {
  let truePositives = 0;
  let falsePositives = 0;
  let falseNegatives = 0;
  for (let i = 0; i < truth.length; i++) {
    if (truth[i] === label && predicted[i] === label) truePositives++;
    else if (predicted[i] === label) falsePositives++;
    else if (truth[i] === label) falseNegatives++;
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

function figures(counts: ClassCounts, whenUndefined: number): ReportFigures {
  const { truePositives, falsePositives, falseNegatives } = counts;
  return {
    precision: ratio(truePositives, truePositives + falsePositives, whenUndefined),
    recall: ratio(truePositives, truePositives + falseNegatives, whenUndefined),
    f1Score: f1Of(counts, whenUndefined),
    support: truePositives + falseNegatives,
  };
}

function macroAverageOf(classes: readonly ReportFigures[], support: number): ReportFigures {
  const mean = (pick: (figures: ReportFigures) => number) => pairwiseSum(classes.map(pick)) / classes.length;
  return {
    precision: mean((c) => c.precision),
    recall: mean((c) => c.recall),
    f1Score: mean((c) => c.f1Score),
    support,
  };
}

function weightedAverageOf(
  classes: readonly ReportFigures[],
  support: number,
  whenUndefined: number,
): ReportFigures {
  // A class without samples has no weight, so its undefined figures do not touch the average.
  const mean = (pick: (figures: ReportFigures) => number) =>
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

function explainUndefined(counts: ClassCounts, label: number): UndefinedFigure[] {
  const neverPredicted = counts.truePositives + counts.falsePositives === 0;
  const neverTrue = counts.truePositives + counts.falseNegatives === 0;
  const found: UndefinedFigure[] = [];
  if (neverPredicted)
    found.push({ label, figure: "precision", reason: `class ${label} was never predicted` });
  if (neverTrue) found.push({ label, figure: "recall", reason: `no sample is of class ${label}` });
  if (neverPredicted && neverTrue) {
    found.push({
      label,
      figure: "f1Score",
      reason: `class ${label} was never predicted and no sample is of it`,
    });
  }
  return found;
}

function checkDigits(digits: number): number {
  if (!Number.isInteger(digits) || digits < 0 || digits > 50) {
    throw new InvalidArgumentError({
      parameter: "digits",
      value: digits,
      message: `expected an integer from 0 to 50, got ${digits}`,
    });
  }
  return digits;
}

function checkReportedLabels(labels: readonly number[]): readonly number[] {
  checkLabels(labels, "labels", Number.POSITIVE_INFINITY);
  if (labels.length === 0) {
    throw new InvalidArgumentError({
      parameter: "labels",
      value: labels,
      message: "expected a class to report, got none; pass samples, or labels",
    });
  }
  if (new Set(labels).size !== labels.length) {
    throw new InvalidArgumentError({
      parameter: "labels",
      value: labels,
      message: `expected each class once, got [${labels.join(", ")}]`,
    });
  }
  return labels;
}

function checkNames(names: readonly string[], labels: readonly number[]): readonly string[] {
  if (names.length !== labels.length) {
    throw new InvalidArgumentError({
      parameter: "targetNames",
      value: names,
      message: `expected ${labels.length} names, one for each of classes ${labels.join(", ")}, got ${names.length}`,
    });
  }
  return names;
}
