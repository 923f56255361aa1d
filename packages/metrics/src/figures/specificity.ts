import type { ConfusionMatrix } from "../internal/checks.js";
import { classCounts } from "../internal/class-counts.js";
import { ratio, type UndefinedOptions, undefinedValue } from "../internal/undefined-figures.js";

/**
 * Share of the samples of the other classes that were not called the class, TN / (TN + FP), in [0, 1]. Undefined
 * when every sample is of the class.
 *
 * @param matrix Counts as {@link confusionMatrix} gives them.
 * @param classIndex Class to report against the rest. Defaults to 1 in a 2 × 2 matrix; with more classes it must
 *   be given.
 * @throws {InvalidArgumentError} when `matrix` is not a confusion matrix or `classIndex` is not one of its classes.
 */
export function specificity(
  matrix: ConfusionMatrix,
  classIndex?: number,
  options: UndefinedOptions = {},
): number {
  const whenUndefined = undefinedValue(options);
  const { trueNegatives, falsePositives } = classCounts(matrix, classIndex);
  return ratio(trueNegatives, trueNegatives + falsePositives, whenUndefined);
}
