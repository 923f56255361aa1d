import { InvalidArgumentError } from "@covidxr/core";
import type { ConfusionMatrix } from "../internal/checks.js";
import { marginals } from "../internal/marginals.js";
import { type UndefinedOptions, undefinedValue } from "../internal/undefined-figures.js";

export interface CohenKappaOptions extends UndefinedOptions {
  /**
   * How much a confusion of classes i and j counts: "none" all alike, "linear" |i − j|, "quadratic" (i − j)²
   * (Cohen 1968). The last two are for classes in a meaningful order, such as degrees of severity.
   * @defaultValue "none"
   */
  readonly weights?: "none" | "linear" | "quadratic";
}

const DISAGREEMENT: Record<
  NonNullable<CohenKappaOptions["weights"]>,
  (truth: number, predicted: number) => number
> = {
  none: (truth, predicted) => (truth === predicted ? 0 : 1),
  linear: (truth, predicted) => Math.abs(truth - predicted),
  quadratic: (truth, predicted) => (truth - predicted) ** 2,
};

/**
 * Agreement of predicted and true classes beyond chance, 1 − observed / expected disagreement, in [−1, 1] (Cohen
 * 1960): 1 is full agreement, 0 what independent classes with the same frequencies reach. Undefined when no
 * disagreement is expected: without samples, or when all are of one class and were predicted as it.
 *
 * @param matrix Counts as {@link confusionMatrix} gives them, of any number of classes.
 * @param options `whenUndefined` is NaN or a number from −1 to 1.
 * @throws {InvalidArgumentError} when `matrix` is not square or holds anything but counts, or on other `weights`.
 */
export function cohenKappa(matrix: ConfusionMatrix, options: CohenKappaOptions = {}): number {
  const whenUndefined = undefinedValue(options, [-1, 1]);
  const { classes, actual, predicted, total } = marginals(matrix);
  const weights = options.weights ?? "none";
  if (!Object.hasOwn(DISAGREEMENT, weights)) {
    throw new InvalidArgumentError({
      parameter: "weights",
      value: weights,
      message: `expected "none", "linear" or "quadratic", got ${JSON.stringify(weights)}`,
    });
  }
  let observed = 0;
  let expected = 0;
  for (let t = 0; t < classes; t++) {
    for (let p = 0; p < classes; p++) {
      const weight = DISAGREEMENT[weights](t, p);
      observed += weight * matrix[t]![p]!;
      expected += weight * actual[t]! * predicted[p]!;
    }
  }
  // Both sums are whole numbers for counts; one division at the end keeps the result within its range.
  return expected === 0 ? whenUndefined : (expected - total * observed) / expected;
}
