import { InvalidArgumentError } from "@covidxr/core";

/** A square table of counts: `matrix[t][p]` samples of true class t were predicted as p. */
export type ConfusionMatrix = readonly (readonly number[])[];

export function checkSameLength(
  truth: ArrayLike<unknown>,
  other: ArrayLike<unknown>,
  parameter: string,
): void {
  if (truth.length !== other.length) {
    throw new InvalidArgumentError({
      parameter,
      value: other.length,
      message: `expected ${truth.length} values, one for each in truth, got ${other.length}; pass both in the same order`,
    });
  }
}

/** Checks that every label is an integer in [0, classes); Infinity allows any class. */
export function checkLabels(labels: ArrayLike<number>, parameter: string, classes: number): void {
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new InvalidArgumentError({
        parameter,
        value: label,
        message:
          `expected class indices ${classes === Number.POSITIVE_INFINITY ? "of 0 or more" : `from 0 to ${classes - 1}`}, ` +
          `got ${label} at position ${i}; turn scores into labels with applyThreshold, or pass the number of classes`,
      });
    }
  }
}

export function checkScores(scores: ArrayLike<number>, parameter = "scores"): void {
  for (let i = 0; i < scores.length; i++) {
    if (!Number.isFinite(scores[i])) {
      throw new InvalidArgumentError({
        parameter,
        value: scores[i],
        message: `expected finite numbers, got ${scores[i]} at position ${i}; find out why the model returned it`,
      });
    }
  }
}

export function checkProbabilities(values: ArrayLike<number>, parameter = "probabilities"): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!(value >= 0 && value <= 1)) {
      throw new InvalidArgumentError({
        parameter,
        value,
        message: `expected numbers from 0 to 1, got ${value} at position ${i}; pass the outputs of a sigmoid or softmax`,
      });
    }
  }
}

/** Checks shape and counts, and gives back the number of classes. */
export function checkMatrix(matrix: ConfusionMatrix): number {
  const classes = matrix.length;
  for (const row of matrix) {
    if (row.length !== classes) {
      throw new InvalidArgumentError({
        parameter: "matrix",
        value: row.length,
        message: `expected ${classes} columns in each of ${classes} rows, got ${row.length}; make it with confusionMatrix`,
      });
    }
    for (const count of row) {
      if (!Number.isFinite(count) || count < 0) {
        throw new InvalidArgumentError({
          parameter: "matrix",
          value: count,
          message: `expected counts of 0 or more, got ${count}; make it with confusionMatrix`,
        });
      }
    }
  }
  return classes;
}
