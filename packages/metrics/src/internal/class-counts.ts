import { InvalidArgumentError } from "@covidxr/core";
import { type ConfusionMatrix, checkMatrix } from "./checks.js";

/** One class against the rest. */
export interface ClassCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

/**
 * Counts of one class against all others.
 *
 * @param classIndex Defaults to 1, the positive class, in a 2 × 2 matrix only: with more classes no one of them
 *   is "the positive", and a default would answer a question that was not asked.
 */
export function classCounts(matrix: ConfusionMatrix, classIndex: number | undefined): ClassCounts {
  const classes = checkMatrix(matrix);
  if (classIndex === undefined && classes !== 2) {
    throw new InvalidArgumentError({
      parameter: "classIndex",
      value: classIndex,
      message: `expected the class to report for a matrix of ${classes} classes, got none; pass its index`,
    });
  }
  const index = classIndex ?? 1;
  if (!Number.isInteger(index) || index < 0 || index >= classes) {
    throw new InvalidArgumentError({
      parameter: "classIndex",
      value: index,
      message: `expected a class index from 0 to ${classes - 1}, got ${index}`,
    });
  }
  let total = 0;
  let actual = 0;
  let predicted = 0;
  for (let t = 0; t < classes; t++) {
    for (let p = 0; p < classes; p++) {
      const count = matrix[t]![p]!;
      total += count;
      if (t === index) actual += count;
      if (p === index) predicted += count;
    }
  }
  const truePositives = matrix[index]![index]!;
  return {
    truePositives,
    falsePositives: predicted - truePositives,
    falseNegatives: actual - truePositives,
    trueNegatives: total - actual - predicted + truePositives,
  };
}
