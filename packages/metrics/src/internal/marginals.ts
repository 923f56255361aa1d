import { type ConfusionMatrix, checkMatrix } from "./checks.js";

export interface Marginals {
  readonly classes: number;
  /** Samples of each true class. */
  readonly actual: readonly number[];
  /** Samples of each predicted class. */
  readonly predicted: readonly number[];
  readonly total: number;
}

/** Sums of the rows and columns of a confusion matrix. */
export function marginals(matrix: ConfusionMatrix): Marginals {
  const classes = checkMatrix(matrix);
  const actual = new Array<number>(classes).fill(0);
  const predicted = new Array<number>(classes).fill(0);
  let total = 0;
  for (let t = 0; t < classes; t++) {
    for (let p = 0; p < classes; p++) {
      const count = matrix[t]![p]!;
      actual[t]! += count;
      predicted[p]! += count;
      total += count;
    }
  }
  return { classes, actual, predicted, total };
}
