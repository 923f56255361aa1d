import type { ConfusionMatrix } from "../internal/checks.js";
import { classCounts } from "../internal/class-counts.js";
import { f1Of } from "../internal/f1-of.js";
import { type UndefinedOptions, undefinedValue } from "../internal/undefined-figures.js";

/**
 * Harmonic mean of precision and recall, 2·TP / (2·TP + FP + FN), in [0, 1]. Undefined only when the class neither
 * occurs nor was predicted; a class that occurs and was never predicted has an undefined precision and an F1 of 0.
 *
 * @param matrix Counts as {@link confusionMatrix} gives them.
 * @param classIndex Class to report against the rest. Defaults to 1 in a 2 × 2 matrix; with more classes it must
 *   be given.
 * @throws {InvalidArgumentError} when `matrix` is not a confusion matrix or `classIndex` is not one of its classes.
 */
export function f1Score(
  matrix: ConfusionMatrix,
  classIndex?: number,
  options: UndefinedOptions = {},
): number {
  const whenUndefined = undefinedValue(options);
  return f1Of(classCounts(matrix, classIndex), whenUndefined);
}
