import { InvalidArgumentError } from "@covidxr/core";
import { checkLabels, checkSameLength } from "../internal/checks.js";

/** Options of {@link confusionMatrix}. */
export interface ConfusionMatrixOptions {
  /**
   * Number of classes C, 1 or more. It is never guessed from the labels: a class that does not occur in a small
   * test set still has its row.
   * @defaultValue 2
   */
  readonly classes?: number;
}

/**
 * Counts each pair of true and predicted class: `matrix[t][p]` samples of true class t were predicted as p.
 *
 * For the binary study (1 = COVID-19) it reads `[[TN, FP], [FN, TP]]`, as in scikit-learn.
 *
 * @param truth N class indices in [0, C). Empty input gives a zero matrix.
 * @param predicted N class indices in [0, C), in the order of `truth`.
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
  predicted: ArrayLike<number>,
  options: ConfusionMatrixOptions = {},
): number[][] {
  const classes = options.classes ?? 2;
  if (!Number.isInteger(classes) || classes < 1) {
    throw new InvalidArgumentError({
      parameter: "classes",
      value: classes,
      message: `expected an integer of 1 or more, got ${classes}`,
    });
  }
  checkSameLength(truth, predicted, "predicted");
  checkLabels(truth, "truth", classes);
  checkLabels(predicted, "predicted", classes);
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < truth.length; i++) {
    const row = matrix[truth[i]!]!;
    row[predicted[i]!]! += 1;
  }
  return matrix;
}
