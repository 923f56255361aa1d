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
