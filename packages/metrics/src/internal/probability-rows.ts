import { InvalidArgumentError } from "@covidxr/core";
import { checkLabels, checkSameLength } from "./checks.js";

/**
 * How far the sum of a row may be from 1. Wide enough for figures rounded to three decimals and for float16, narrow
 * enough to catch logits and independent sigmoids.
 */
const ROW_SUM_TOLERANCE = 1e-3;

/**
 * Checks N rows of C probabilities against N class indices, and gives back C.
 *
 * @returns Number of classes, 0 for no rows.
 */
export function checkProbabilityRows(
  truth: ArrayLike<number>,
  probabilities: readonly ArrayLike<number>[],
): number {
  checkSameLength(truth, probabilities, "probabilities");
  const classes = probabilities[0]?.length ?? 0;
  if (probabilities.length > 0 && classes < 2) {
    throw new InvalidArgumentError({
      parameter: "probabilities",
      value: classes,
      message: `expected two columns or more, one for each class, got ${classes}; pass rows such as [1 − p, p] for two classes`,
    });
  }
  for (const [position, row] of probabilities.entries()) {
    if (row.length !== classes) {
      throw new InvalidArgumentError({
        parameter: "probabilities",
        value: row.length,
        message: `expected ${classes} columns as in the first row, got ${row.length} in row ${position}; give each row every class`,
      });
    }
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const probability = row[c]!;
      if (!(probability >= 0 && probability <= 1)) {
        throw new InvalidArgumentError({
          parameter: "probabilities",
          value: probability,
          message: `expected numbers from 0 to 1, got ${probability} in row ${position}, column ${c}; pass the outputs of a softmax`,
        });
      }
      sum += probability;
    }
    if (Math.abs(sum - 1) > ROW_SUM_TOLERANCE) {
      throw new InvalidArgumentError({
        parameter: "probabilities",
        value: sum,
        message: `expected rows that sum to 1 within ${ROW_SUM_TOLERANCE}, got ${sum} in row ${position}; pass the outputs of a softmax`,
      });
    }
  }
  checkLabels(truth, "truth", classes);
  return classes;
}
