/** Centre and spread of a figure over folds or seeds. */
export interface FigureSummary {
  /** Values that are defined. */
  readonly count: number;
  /** NaN without a defined value. */
  readonly mean: number;
  /** Sample standard deviation (n − 1); NaN with fewer than two defined values. */
  readonly standardDeviation: number;
}

/** Mean and standard deviation of the values that are defined (not NaN). */
export function summarizeFigure(values: readonly number[]): FigureSummary {
  const defined = values.filter((value) => !Number.isNaN(value));
  const count = defined.length;
  const mean = count === 0 ? Number.NaN : defined.reduce((sum, value) => sum + value, 0) / count;
  const squares = defined.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count, mean, standardDeviation: count < 2 ? Number.NaN : Math.sqrt(squares / (count - 1)) };
}
