/** Range of a column, relative to its largest magnitude, below which it is constant: rounding of 32-bit numbers. */
const CONSTANT_RANGE = 1e-6;

/** Columns of a feature table that vary, with what brings each to mean 0 and standard deviation 1. */
export interface StandardColumns {
  /** Places of the columns in a row, ascending. */
  readonly columns: Uint32Array;
  readonly means: Float64Array;
  /** Population standard deviations, above 0. */
  readonly deviations: Float64Array;
  /** Rows × `columns.length` standardised values, row-major. */
  readonly values: Float64Array;
}

/** Standardises the columns of `rows`, which are of equal length and finite; columns that do not vary are left out. */
export function standardizeColumns(rows: readonly ArrayLike<number>[]): StandardColumns {
  const { abs, max, sqrt } = Math;
  const columns: number[] = [];
  const means: number[] = [];
  const deviations: number[] = [];
  const count = rows.length;
  for (let column = 0; column < rows[0]!.length; column++) {
    let low = rows[0]![column]!;
    let high = low;
    let sum = 0;
    for (let row = 0; row < count; row++) {
      const value = rows[row]![column]!;
      if (value < low) low = value;
      if (value > high) high = value;
      sum += value;
    }
    if (high - low <= CONSTANT_RANGE * max(abs(low), abs(high))) continue;
    const mean = sum / count;
    let squares = 0;
    for (let row = 0; row < count; row++) squares += (rows[row]![column]! - mean) ** 2;
    columns.push(column);
    means.push(mean);
    deviations.push(sqrt(squares / count));
  }
  const width = columns.length;
  const values = new Float64Array(count * width);
  for (let row = 0; row < count; row++) {
    const from = rows[row]!;
    const start = row * width;
    for (let k = 0; k < width; k++) values[start + k] = (from[columns[k]!]! - means[k]!) / deviations[k]!;
  }
  return {
    columns: Uint32Array.from(columns),
    means: Float64Array.from(means),
    deviations: Float64Array.from(deviations),
    values,
  };
}
