/** Value of a function at a point, and its derivative there. */
export interface FunctionValue {
  readonly value: number;
  readonly derivative: number;
}

/**
 * Zero of a rising function between two points that enclose it, to the last bits: Newton's method, with a bisection
 * wherever its step would leave the interval in which the zero is known to lie.
 */
export function solveIncreasing(
  valueAt: (x: number) => FunctionValue,
  bounds: { readonly low: number; readonly high: number },
  start: number,
): number {
  let { low, high } = bounds;
  let x = start;
  for (;;) {
    const { value, derivative } = valueAt(x);
    if (value === 0) return x;
    if (value > 0) high = x;
    else low = x;
    const newton = x - value / derivative;
    const next = newton > low && newton < high ? newton : low + (high - low) / 2;
    // The bounds are neighbours when their middle is one of them.
    if (Math.abs(next - x) <= 2 ** -52 * Math.abs(x) || next <= low || next >= high) return next;
    x = next;
  }
}

/**
 * Value at a rank in [0, N - 1] of rising numbers, by linear interpolation between neighbours. At rank
 * `share * (N - 1)` it is the quantile of type 7 (Hyndman and Fan 1996), NumPy's default.
 */
export function valueAtRank(sorted: ArrayLike<number>, rank: number): number {
  const below = Math.floor(rank);
  const low = sorted[below]!;
  const high = sorted[Math.ceil(rank)]!;
  // Equal neighbours may be infinite, where the difference is undefined.
  return low === high ? low : low + (high - low) * (rank - below);
}
