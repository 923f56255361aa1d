import { type ConfusionMatrix, checkMatrix } from "../internal/checks.js";
import { ratio, type UndefinedOptions, undefinedValue } from "../internal/undefined-figures.js";

/**
 * Share of samples whose predicted class is the true one, in [0, 1]. Undefined without samples.
 *
 * @param matrix Counts as {@link confusionMatrix} gives them.
 * @throws {InvalidArgumentError} when `matrix` is not square or holds anything but counts.
 */
export function accuracy(matrix: ConfusionMatrix, options: UndefinedOptions = {}): number {
  const classes = checkMatrix(matrix);
  const whenUndefined = undefinedValue(options);
  let right = 0;
  let total = 0;
  for (let t = 0; t < classes; t++) {
    right += matrix[t]![t]!;
    for (const count of matrix[t]!) total += count;
  }
  return ratio(right, total, whenUndefined);
}
