/** Bins that each feature is cut into. */
export const QUANTILE_BINS = 8;

/** Adds to a row of features the bins in which they lie. */
export type BinnedRow = (row: ArrayLike<number>) => Float64Array;

/**
 * Cuts each feature at the quantiles of `rows` into up to {@link QUANTILE_BINS} bins of about equally many rows, so that
 * a linear probe can follow relations that are not monotone, such as one class in the middle of a range. A value that
 * many rows share makes fewer bins.
 *
 * @param rows One or more rows of equal length: those that the probe is fitted on, and no others.
 * @returns What gives the features of a row followed by one 0 or 1 for each bin of each feature.
 */
export function fitQuantileBins(rows: readonly ArrayLike<number>[]): BinnedRow {
  const edges = Array.from({ length: rows[0]!.length }, (_, column) =>
    edgesOf(Float64Array.from(rows, (row) => row[column]!).sort()),
  );
  const width = edges.reduce((sum, own) => sum + own.length + 1, edges.length);
  return (row) => {
    const binned = new Float64Array(width);
    let start = edges.length;
    for (const [column, own] of edges.entries()) {
      const value = row[column]!;
      binned[column] = value;
      binned[start + own.filter((edge) => value >= edge).length] = 1;
      start += own.length + 1;
    }
    return binned;
  };
}

/** Distinct lower edges of all bins but the first, ascending. */
function edgesOf(sorted: Float64Array): number[] {
  const edges = Array.from(
    { length: QUANTILE_BINS - 1 },
    (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / QUANTILE_BINS)]!,
  );
  // An edge at the lowest value would leave nothing below it.
  return [...new Set(edges)].filter((edge) => edge > sorted[0]!);
}
