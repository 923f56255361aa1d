import type { ConfusionMatrix } from "../internal/checks.js";
import { marginals } from "../internal/marginals.js";
import { type UndefinedOptions, undefinedValue } from "../internal/undefined-figures.js";

/**
 * Correlation of predicted and true classes, in [−1, 1]: Matthews' coefficient (1975), for more than two classes in
 * the form of Gorodkin (2004). 1 is perfect, 0 what predictions independent of the truth reach; with more than
 * two classes the least value depends on their frequencies and lies between −1 and 0.
 *
 * Undefined when all samples are of one class, all were predicted as one, or there is none. scikit-learn gives 0
 * there: pass `whenUndefined: 0` for its figure.
 *
 * @param matrix Counts as {@link confusionMatrix} gives them, of any number of classes.
 * @param options `whenUndefined` is NaN or a number from −1 to 1.
 * @throws {InvalidArgumentError} when `matrix` is not square or holds anything but counts.
 */
export function matthewsCorrelation(matrix: ConfusionMatrix, options: UndefinedOptions = {}): number {
  const whenUndefined = undefinedValue(options, [-1, 1]);
  const { actual, predicted, total } = marginals(matrix);
  let right = 0;
  let actualSquares = 0;
  let predictedSquares = 0;
  let products = 0;
  for (let c = 0; c < matrix.length; c++) {
    right += matrix[c]![c]!;
    actualSquares += actual[c]! ** 2;
    predictedSquares += predicted[c]! ** 2;
    products += actual[c]! * predicted[c]!;
  }
  const square = total ** 2;
  const scale = Math.sqrt((square - actualSquares) * (square - predictedSquares));
  return scale === 0 ? whenUndefined : (right * total - products) / scale;
}
