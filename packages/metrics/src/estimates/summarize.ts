import { checkArguments } from "@covidxr/core/internal";

/** Values of one metric over several runs, folds or seeds, in short. */
export interface Summary {
  /** Mean of the defined values; NaN without one. */
  readonly mean: number;
  /**
   * Sample standard deviation of the defined values, √(Σ (value − mean)² / (count − 1)); NaN with fewer than two. Folds
   * of a cross-validation share training images, so it is not the standard error of the mean.
   */
  readonly standardDeviation: number;
  /** Number of defined values. */
  readonly count: number;
  /** Number of values that are not finite, such as the precision of a fold in which nothing was predicted positive. */
  readonly undefinedCount: number;
}

/**
 * Mean and sample standard deviation (NumPy's `std` with `ddof=1`) of the values that are defined. Values that are not
 * finite are left out and counted: report `undefinedCount` beside a mean that it concerns.
 *
 * @example
 * ```ts
 * import { summarize } from "@covidxr/metrics";
 *
 * summarize([0.8, 0.9, Number.NaN]); // { mean: 0.85…, standardDeviation: 0.07…, count: 2, undefinedCount: 1 }
 * ```
 */
export function summarize(values: readonly number[]): Summary {
  checkArguments({ values }, { values: "numbers" });
  const defined = values.filter(Number.isFinite);
  const count = defined.length;
  const mean = count === 0 ? Number.NaN : defined.reduce((sum, value) => sum + value, 0) / count;
  const squares = defined.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const standardDeviation = count < 2 ? Number.NaN : Math.sqrt(squares / (count - 1));
  return { mean, standardDeviation, count, undefinedCount: values.length - count };
}
