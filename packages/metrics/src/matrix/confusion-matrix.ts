import { InvalidArgumentError } from "@covidxr/core";
import {
  checkArray,
  checkInteger,
  checkOptions,
  describeValue,
  type OptionKinds,
} from "@covidxr/core/internal";
import { checkLabels, checkSameLength } from "../checks.js";

/** A square table of counts: `matrix[t][p]` samples of true class t were predicted as p. */
export type ConfusionMatrix = readonly (readonly number[])[];

/** What a metric is where its denominator is zero. */
export interface UndefinedOptions {
  /**
   * Value of an undefined metric: NaN, or a number in the metric's range, which is 0 to 1 unless its docstring says
   * otherwise. scikit-learn returns 0 by default (`zero_division`); a 0 that means "not measured" is easily read as
   * "always wrong".
   * @defaultValue NaN
   */
  readonly whenUndefined?: number;
}

export const UNDEFINED: OptionKinds<UndefinedOptions> = { whenUndefined: "number?" };

/** Options of a metric of one class against the rest. */
export interface ClassOptions extends UndefinedOptions {
  /**
   * The class that the metric is about.
   * @defaultValue 1 in a 2 × 2 matrix; required with more classes
   */
  readonly classIndex?: number;
}

export const CLASS: OptionKinds<ClassOptions> = { ...UNDEFINED, classIndex: "number?" };

/**
 * Counts each pair of true and predicted class: `matrix[t][p]` samples of true class t were predicted as p.
 *
 * For a binary classifier (1 = positive) it reads `[[TN, FP], [FN, TP]]`, as in scikit-learn.
 *
 * @param truth N class indices in [0, C). Empty input gives a zero matrix.
 * @param predictions N class indices in [0, C), in the order of `truth`; see {@link applyThreshold} and
 *   {@link mostLikelyClasses}.
 * @param options `classCount`: number of classes C, 1 or more, 2 by default. It is never inferred from the data, since a
 *   class that does not occur in a small test set still has its row.
 * @throws {InvalidArgumentError} on unequal lengths or an index out of range.
 *
 * @example
 * ```ts
 * import { confusionMatrix } from "@covidxr/metrics";
 *
 * confusionMatrix([0, 0, 0, 1, 1], [0, 1, 0, 1, 1]); // [ [ 2, 1 ], [ 0, 2 ] ]
 * ```
 */
export function confusionMatrix(
  truth: ArrayLike<number>,
  predictions: ArrayLike<number>,
  options: { readonly classCount?: number } = {},
): number[][] {
  checkOptions(options, { classCount: "number?" });
  const { classCount = 2 } = options;
  checkInteger("classCount", classCount, { min: 1 });
  checkSameLength(truth, predictions, "predictions");
  checkLabels(truth, "truth", classCount, "pass classCount for more classes");
  checkLabels(predictions, "predictions", classCount, "pass classCount for more classes");
  const matrix = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
  for (let i = 0; i < truth.length; i++) {
    const row = matrix[truth[i]!]!;
    row[predictions[i]!]! += 1;
  }
  return matrix;
}

/** Checks shape and counts, and returns the number of classes. */
export function checkMatrix(matrix: ConfusionMatrix): number {
  checkArray("matrix", matrix);
  const classCount = matrix.length;
  for (const row of matrix) {
    checkArray("matrix", row);
    if (row.length !== classCount) {
      throw new InvalidArgumentError({
        parameter: "matrix",
        value: row.length,
        message: `expected ${classCount} columns in each of ${classCount} rows, got ${row.length}; make it with confusionMatrix`,
      });
    }
    for (const count of row) {
      if (!Number.isFinite(count) || count < 0) {
        throw new InvalidArgumentError({
          parameter: "matrix",
          value: count,
          message: `expected counts of 0 or more, got ${describeValue(count)}; make it with confusionMatrix`,
        });
      }
    }
  }
  return classCount;
}

/** Row and column sums of a confusion matrix. */
export interface Marginals {
  readonly classCount: number;
  /** Samples of each true class. */
  readonly actual: readonly number[];
  /** Samples of each predicted class. */
  readonly predicted: readonly number[];
  readonly total: number;
}

export function marginals(matrix: ConfusionMatrix): Marginals {
  const classCount = checkMatrix(matrix);
  const actual = new Array<number>(classCount).fill(0);
  const predicted = new Array<number>(classCount).fill(0);
  let total = 0;
  for (let t = 0; t < classCount; t++) {
    for (let p = 0; p < classCount; p++) {
      const count = matrix[t]![p]!;
      actual[t]! += count;
      predicted[p]! += count;
      total += count;
    }
  }
  return { classCount, actual, predicted, total };
}

/** One class against the rest. */
export interface ClassCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

/** Counts of one class against all others. With more than two classes none is "the positive one" by default. */
export function classCounts(matrix: ConfusionMatrix, { classIndex }: ClassOptions): ClassCounts {
  const { classCount, actual, predicted, total } = marginals(matrix);
  if (classIndex === undefined && classCount !== 2) {
    throw new InvalidArgumentError({
      parameter: "classIndex",
      value: classIndex,
      message: `expected the class to report for a matrix of ${classCount} classes, got none; pass its index`,
    });
  }
  const index = classIndex ?? 1;
  if (!Number.isInteger(index) || index < 0 || index >= classCount) {
    throw new InvalidArgumentError({
      parameter: "classIndex",
      value: index,
      message: `expected a class index from 0 to ${classCount - 1}, got ${index}`,
    });
  }
  const truePositives = matrix[index]![index]!;
  return {
    truePositives,
    falsePositives: predicted[index]! - truePositives,
    falseNegatives: actual[index]! - truePositives,
    trueNegatives: total - actual[index]! - predicted[index]! + truePositives,
  };
}

/** Checks `whenUndefined` against the range of the metric, ends included. */
export function undefinedValue(
  options: UndefinedOptions,
  [low, high]: readonly [low: number, high: number] = [0, 1],
): number {
  const value = options.whenUndefined ?? Number.NaN;
  if (!Number.isNaN(value) && !(value >= low && value <= high)) {
    throw new InvalidArgumentError({
      parameter: "whenUndefined",
      value,
      message: `expected NaN or a number from ${low} to ${high}, got ${value}; pass a value in the metric's range`,
    });
  }
  return value;
}

export function ratio(numerator: number, denominator: number, whenUndefined: number): number {
  return denominator === 0 ? whenUndefined : numerator / denominator;
}
