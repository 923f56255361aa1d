import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** Eigenvalues below this share of the largest are rounding. */
const RANK_TOLERANCE = 1e-12;

/** A matrix A of N rows and D columns, in coordinates along the principal axes of AᵀA. */
export interface PrincipalAxes {
  /** Eigenvalues of AᵀA above rounding; K of them. */
  readonly eigenvalues: Float64Array;
  /** N × K coordinates of the rows along the axes, row-major. */
  readonly coordinates: Float64Array;
  /** Vector of length D from its K coordinates along the axes. */
  expand(along: Float64Array): Float64Array;
}

/**
 * Principal axes from one eigendecomposition of the smaller of AᵀA (D × D) and AAᵀ (N × N); both give the same axes.
 *
 * @param values N × D values, row-major.
 * @param side Which product to decompose. @defaultValue the smaller one
 */
export function principalAxes(
  values: Float64Array,
  rows: number,
  columns: number,
  side: "primal" | "dual" = columns <= rows ? "primal" : "dual",
): PrincipalAxes {
  return side === "primal" ? primalAxes(values, rows, columns) : dualAxes(values, rows, columns);
}

/** Axes are the eigenvectors V of AᵀA; coordinates are A V. */
function primalAxes(values: Float64Array, rows: number, columns: number): PrincipalAxes {
  const { eigenvalues, vectors } = decompose(gram(transpose(values, rows, columns), columns, rows), columns);
  const rank = eigenvalues.length;
  const coordinates = new Float64Array(rows * rank);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < rank; k++) {
      coordinates[row * rank + k] = dot(values, row * columns, vectors, k * columns, columns);
    }
  }
  return {
    eigenvalues,
    coordinates,
    expand(along) {
      const expanded = new Float64Array(columns);
      for (let k = 0; k < rank; k++) addScaled(expanded, vectors, k * columns, along[k]!);
      return expanded;
    },
  };
}

/** With eigenvectors U of AAᵀ, the axes are Aᵀ U / √λ and the coordinates U √λ. */
function dualAxes(values: Float64Array, rows: number, columns: number): PrincipalAxes {
  const { eigenvalues, vectors } = decompose(gram(values, rows, columns), rows);
  const rank = eigenvalues.length;
  const lengths = eigenvalues.map(Math.sqrt);
  const coordinates = new Float64Array(rows * rank);
  for (let k = 0; k < rank; k++) {
    for (let row = 0; row < rows; row++) {
      coordinates[row * rank + k] = vectors[k * rows + row]! * lengths[k]!;
    }
  }
  return {
    eigenvalues,
    coordinates,
    expand(along) {
      const ofRows = new Float64Array(rows);
      for (let k = 0; k < rank; k++) addScaled(ofRows, vectors, k * rows, along[k]! / lengths[k]!);
      const expanded = new Float64Array(columns);
      for (let row = 0; row < rows; row++) addScaled(expanded, values, row * columns, ofRows[row]!);
      return expanded;
    },
  };
}

/** Eigenvalues above rounding, and their eigenvectors one after the other. */
function decompose(matrix: Matrix, size: number): { eigenvalues: Float64Array; vectors: Float64Array } {
  if (size === 0) return { eigenvalues: new Float64Array(0), vectors: new Float64Array(0) };
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  });
  const largest = Math.max(...realEigenvalues);
  const kept = realEigenvalues.flatMap((value, k) =>
    value > RANK_TOLERANCE * largest && value > 0 ? [k] : [],
  );
  const vectors = new Float64Array(kept.length * size);
  for (const [place, k] of kept.entries()) vectors.set(eigenvectorMatrix.getColumn(k), place * size);
  return { eigenvalues: Float64Array.from(kept, (k) => realEigenvalues[k]!), vectors };
}

/** Products of all pairs of rows. */
function gram(values: Float64Array, rows: number, columns: number): Matrix {
  const products = new Matrix(rows, rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      const product = dot(values, i * columns, values, j * columns, columns);
      products.set(i, j, product);
      products.set(j, i, product);
    }
  }
  return products;
}

function transpose(values: Float64Array, rows: number, columns: number): Float64Array {
  const turned = new Float64Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      turned[column * rows + row] = values[row * columns + column]!;
    }
  }
  return turned;
}

function dot(a: Float64Array, fromA: number, b: Float64Array, fromB: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += a[fromA + i]! * b[fromB + i]!;
  return sum;
}

function addScaled(to: Float64Array, values: Float64Array, from: number, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += values[from + i]! * factor;
}
