import { InvalidArgumentError } from "@covidxr/core";
import { type ConfusionMatrix, checkMatrix } from "../internal/checks.js";
import { ratio, type UndefinedOptions, undefinedValue } from "../internal/undefined-figures.js";

export interface BalancedAccuracyOptions extends UndefinedOptions {
  /**
   * What a class without a true sample does: make the figure undefined, or take no part in the mean (as in
   * scikit-learn, which warns), so that the figure speaks of the other classes alone.
   * @defaultValue "undefined"
   */
  readonly absentClasses?: "undefined" | "omit";
}

/**
 * Mean of the recalls of all classes, in [0, 1]; for two classes the mean of sensitivity and specificity (Brodersen
 * et al. 2010). A model that always names the same one of C classes scores 1 / C, however common that class is.
 *
 * Undefined when a class has no true sample, unless `absentClasses` is "omit"; then only without any sample.
 *
 * @param matrix Counts as {@link confusionMatrix} gives them.
 * @throws {InvalidArgumentError} when `matrix` is not square or holds anything but counts, or on another
 *   `absentClasses`.
 */
export function balancedAccuracy(matrix: ConfusionMatrix, options: BalancedAccuracyOptions = {}): number {
  checkMatrix(matrix);
  const whenUndefined = undefinedValue(options);
  const absentClasses = options.absentClasses ?? "undefined";
  if (absentClasses !== "undefined" && absentClasses !== "omit") {
    throw new InvalidArgumentError({
      parameter: "absentClasses",
      value: absentClasses,
      message: `expected "undefined" or "omit", got ${JSON.stringify(absentClasses)}`,
    });
  }
  let sum = 0;
  let occurring = 0;
  for (const [truth, row] of matrix.entries()) {
    const support = row.reduce((total, count) => total + count, 0);
    if (support > 0) {
      sum += row[truth]! / support;
      occurring++;
    }
  }
  if (occurring < matrix.length && absentClasses === "undefined") return whenUndefined;
  return ratio(sum, occurring, whenUndefined);
}
