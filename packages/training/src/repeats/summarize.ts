/** Values of one figure over several runs, in short. */
export interface Summary {
  /** How many values there were. */
  readonly count: number;
  /** How many of them were not finite, such as a precision where nothing was predicted positive. */
  readonly undefinedCount: number;
  /** NaN when any value is undefined or there is none. */
  readonly mean: number;
  /**
   * Sample standard deviation, `√(Σ (value - mean)² / (count - 1))`; NaN likewise, and for one value.
   * Runs of a cross-validation share training images, so it is not the error of the mean.
   */
  readonly standardDeviation: number;
}

/** Mean and sample standard deviation (NumPy's `std` with `ddof=1`). An undefined value is counted, never skipped. */
export function summarize(values: readonly number[]): Summary {
  const count = values.length;
  const undefinedCount = values.filter((value) => !Number.isFinite(value)).length;
  if (undefinedCount > 0 || count === 0) {
    return { count, undefinedCount, mean: Number.NaN, standardDeviation: Number.NaN };
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  // One value: 0 / 0.
  return { count, undefinedCount, mean, standardDeviation: Math.sqrt(squares / (count - 1)) };
}
