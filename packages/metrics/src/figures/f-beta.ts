import { InvalidArgumentError } from "@covidxr/core";
import type { ConfusionMatrix } from "../internal/checks.js";
import { classCounts } from "../internal/class-counts.js";
import { type UndefinedOptions, undefinedValue } from "../internal/undefined-figures.js";

export interface FBetaOptions extends UndefinedOptions {
  /** How many times as much recall counts as precision, above 0: 2 favours recall, 0.5 precision, 1 is F1. */
  readonly beta: number;
  /**
   * Class to report against the rest.
   * @defaultValue 1 in a 2 × 2 matrix; with more classes it must be given
   */
  readonly classIndex?: number;
}

/**
 * Weighted harmonic mean of precision and recall, (1 + β²)·TP / ((1 + β²)·TP + β²·FN + FP), in [0, 1] (van
 * Rijsbergen 1979). Undefined only when the class neither occurs nor was predicted, as {@link f1Score}.
 *
 * @param matrix Counts as {@link confusionMatrix} gives them.
 * @throws {InvalidArgumentError} when `matrix` is not a confusion matrix, `classIndex` is not one of its classes, or
 *   `beta` is not a finite number above 0.
 */
export function fBeta(matrix: ConfusionMatrix, options: FBetaOptions): number {
  const { beta, classIndex } = options;
  const whenUndefined = undefinedValue(options);
  if (!(beta > 0 && beta < Number.POSITIVE_INFINITY)) {
    throw new InvalidArgumentError({
      parameter: "beta",
      value: beta,
      message: `expected a finite number above 0, got ${beta}; use precision for 0 and recall for Infinity`,
    });
  }
  const { truePositives, falsePositives, falseNegatives } = classCounts(matrix, classIndex);
  if (truePositives === 0) return falsePositives + falseNegatives === 0 ? whenUndefined : 0;
  // β² / (1 + β²) and its complement, written so that no β overflows.
  const recallWeight = 1 / (1 + 1 / (beta * beta));
  const precisionWeight = 1 / (1 + beta * beta);
  return truePositives / (truePositives + recallWeight * falseNegatives + precisionWeight * falsePositives);
}
