import { InvalidArgumentError } from "@covidxr/core";
import { principalAxes } from "./principal-axes.js";

/** Leverage above which a row determines its own fit, so that its leave-one-out residual is undefined. */
const FULL_LEVERAGE = 1 - 1e-9;

/**
 * Default penalties, as multiples of the mean eigenvalue of the scatter matrix, so that the numbers of rows and features do
 * not matter: 10⁻³ to 10⁴ in steps of a third of a decade.
 */
const RELATIVE_PENALTIES: readonly number[] = Array.from({ length: 22 }, (_, i) => 10 ** (i / 3 - 3));

/** Options of {@link fitRidgeClassifier}. */
export interface RidgeClassifierOptions {
  /** Penalties to choose from, above 0. @defaultValue {@link RELATIVE_PENALTIES} times the mean eigenvalue */
  readonly penalties?: readonly number[];
  /** Which normal equations to solve; both give the same result. @defaultValue the smaller system */
  readonly side?: "primal" | "dual";
}

/** A linear classifier. */
export interface RidgeClassifier {
  /** The chosen penalty. */
  readonly penalty: number;
  /** Mean weighted squared leave-one-out error of the targets ±1 at that penalty. */
  readonly leaveOneOutError: number;
  /** Score of a row of features: near 1 for class 1, near -1 for class 0. */
  score(row: ArrayLike<number>): number;
}

/**
 * Ridge classifier with targets ±1 (as scikit-learn's `StandardScaler` and `RidgeClassifierCV(class_weight="balanced")`).
 * Features are standardised to mean 0 and standard deviation 1; constant ones are dropped. Rows of class k are weighted by
 * N / (2 Nₖ), so that both classes count equally. The intercept is not penalised.
 *
 * Chooses the penalty with the smallest leave-one-out error; ties go to the largest. The errors are exact, without
 * refitting: residual over one minus leverage (Allen 1974; Golub, Heath and Wahba 1979), all from one eigendecomposition.
 * They keep standardisation and weights fixed, and leave out rows, not groups: where rows are similar within groups the
 * penalty is chosen too small, which makes the classifier worse but its evaluation on other groups no less valid.
 *
 * @param rows N rows of finite features, of equal length. If all are constant, all scores are 0.
 * @param labels N labels, 0 or 1; both occur.
 * @throws {InvalidArgumentError} on rows of unequal length, features that are not finite, invalid labels, or penalties that
 * are not above 0.
 */
export function fitRidgeClassifier(
  rows: readonly ArrayLike<number>[],
  labels: readonly number[],
  options: RidgeClassifierOptions = {},
): RidgeClassifier {
  checkRows(rows);
  checkLabels(labels, rows.length);
  const table = standardizeColumns(rows);
  const width = table.columns.length;
  const roots = weightRoots(labels);
  const centres = centreAndWeigh(table, roots);
  // With balanced weights the mean target is 0, so targets need no centring.
  const targets = labels.map((label, row) => (label === 1 ? roots[row]! : -roots[row]!));
  const axes = principalAxes(table.values, rows.length, width, options.side);
  const along = new Float64Array(axes.eigenvalues.length);
  for (const [row, target] of targets.entries()) {
    for (let k = 0; k < along.length; k++) along[k]! += axes.coordinates[row * along.length + k]! * target;
  }
  const penalties = penaltiesToTry(options.penalties, axes.eigenvalues);
  let penalty = Number.NaN;
  let leaveOneOutError = Number.POSITIVE_INFINITY;
  for (const candidate of penalties) {
    const error = meanLeaveOneOutError(axes, along, targets, roots, candidate);
    if (error < leaveOneOutError || Number.isNaN(penalty)) {
      penalty = candidate;
      leaveOneOutError = error;
    }
  }
  const coefficients = axes.expand(along.map((value, k) => value / (axes.eigenvalues[k]! + penalty)));
  return { penalty, leaveOneOutError, score: (row) => scoreOf(row, table, centres, coefficients) };
}

function scoreOf(
  row: ArrayLike<number>,
  { columns, means, deviations }: StandardColumns,
  centres: Float64Array,
  coefficients: Float64Array,
): number {
  let score = 0;
  for (let k = 0; k < columns.length; k++) {
    score += ((row[columns[k]!]! - means[k]!) / deviations[k]! - centres[k]!) * coefficients[k]!;
  }
  return score;
}

/** Square roots of the balanced class weights, which sum to the number of rows. */
function weightRoots(labels: readonly number[]): Float64Array {
  const positives = labels.filter((label) => label === 1).length;
  const negatives = labels.length - positives;
  return Float64Array.from(labels, (label) =>
    Math.sqrt(labels.length / (2 * (label === 1 ? positives : negatives))),
  );
}

/** Subtracts the weighted column means and multiplies rows by their roots, in place; returns the means. */
function centreAndWeigh({ values, columns }: StandardColumns, roots: Float64Array): Float64Array {
  const width = columns.length;
  const centres = new Float64Array(width);
  for (let row = 0; row < roots.length; row++) {
    const weight = roots[row]! ** 2 / roots.length;
    for (let k = 0; k < width; k++) centres[k]! += values[row * width + k]! * weight;
  }
  for (let row = 0; row < roots.length; row++) {
    const root = roots[row]!;
    for (let k = 0; k < width; k++) {
      const place = row * width + k;
      values[place] = (values[place]! - centres[k]!) * root;
    }
  }
  return centres;
}

/** Infinite where a row determines its own fit. */
function meanLeaveOneOutError(
  axes: { readonly eigenvalues: Float64Array; readonly coordinates: Float64Array },
  along: Float64Array,
  targets: readonly number[],
  roots: Float64Array,
  penalty: number,
): number {
  const { eigenvalues, coordinates } = axes;
  const rank = eigenvalues.length;
  let sum = 0;
  for (let row = 0; row < targets.length; row++) {
    let fitted = 0;
    // The intercept's part of the leverage: weight over sum of weights.
    let leverage = roots[row]! ** 2 / targets.length;
    for (let k = 0; k < rank; k++) {
      const coordinate = coordinates[row * rank + k]!;
      const shrunk = coordinate / (eigenvalues[k]! + penalty);
      fitted += shrunk * along[k]!;
      leverage += shrunk * coordinate;
    }
    if (leverage > FULL_LEVERAGE) return Number.POSITIVE_INFINITY;
    sum += ((targets[row]! - fitted) / (1 - leverage)) ** 2;
  }
  return sum / targets.length;
}

/** Largest first. */
function penaltiesToTry(given: readonly number[] | undefined, eigenvalues: Float64Array): number[] {
  const mean = eigenvalues.reduce((sum, value) => sum + value, 0) / eigenvalues.length;
  const unit = eigenvalues.length === 0 ? 1 : mean;
  const penalties = given ?? RELATIVE_PENALTIES.map((factor) => factor * unit);
  const wrong = penalties.find((penalty) => !(penalty > 0 && Number.isFinite(penalty)));
  if (penalties.length === 0 || wrong !== undefined) {
    throw new InvalidArgumentError({
      parameter: "penalties",
      value: wrong ?? penalties,
      message: `expected one or more finite numbers above 0, got ${wrong ?? "none"}`,
    });
  }
  return [...penalties].sort((a, b) => b - a);
}

function checkRows(rows: readonly ArrayLike<number>[]): void {
  for (const [place, row] of rows.entries()) {
    if (row.length !== rows[0]!.length) {
      throw new InvalidArgumentError({
        parameter: "rows",
        value: row.length,
        message: `expected ${rows[0]!.length} features in each row, got ${row.length} in row ${place}`,
      });
    }
    for (let i = 0; i < row.length; i++) {
      if (Number.isFinite(row[i])) continue;
      throw new InvalidArgumentError({
        parameter: "rows",
        value: row[i],
        message: `expected finite features, got ${row[i]} in row ${place}; check what produced it`,
      });
    }
  }
}

function checkLabels(labels: readonly number[], rows: number): void {
  const wrong = labels.find((label) => label !== 0 && label !== 1);
  if (labels.length !== rows || wrong !== undefined) {
    throw new InvalidArgumentError({
      parameter: "labels",
      value: wrong ?? labels.length,
      message: `expected ${rows} labels of 0 or 1, got ${wrong ?? labels.length}`,
    });
  }
  if (labels.includes(0) && labels.includes(1)) return;
  throw new InvalidArgumentError({
    parameter: "labels",
    value: labels[0],
    message: `expected both classes, got ${labels.length === 0 ? "none" : `only ${labels[0]}`}`,
  });
}

/** Range of a column, relative to its largest magnitude, below which it is constant: rounding of 32-bit numbers. */
const CONSTANT_RANGE = 1e-6;

/** Columns of a feature table that vary, standardised to mean 0 and standard deviation 1. */
export interface StandardColumns {
  /** Indices of the columns in a row, ascending. */
  readonly columns: Uint32Array;
  readonly means: Float64Array;
  /** Population standard deviations, above 0. */
  readonly deviations: Float64Array;
  /** Rows × `columns.length` standardised values, row-major. */
  readonly values: Float64Array;
}

/** Standardises the columns of `rows`, which are finite and of equal length; constant columns are dropped. */
function standardizeColumns(rows: readonly ArrayLike<number>[]): StandardColumns {
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
