/**
 * Sum in the order of NumPy's pairwise summation, so that an average has the same last bit, and therefore the
 * same rounded digits, as one computed there (numpy/core/src/umath/loops_utils.h.src, `pairwise_sum`).
 */
export function pairwiseSum(values: readonly number[]): number {
  const n = values.length;
  if (n < 8) {
    let sum = 0;
    for (const value of values) sum += value;
    return sum;
  }
  if (n > 128) {
    const half = Math.floor(n / 2);
    const cut = half - (half % 8);
    return pairwiseSum(values.slice(0, cut)) + pairwiseSum(values.slice(cut));
  }
  const r = values.slice(0, 8);
  const blocks = n - (n % 8);
  for (let i = 8; i < blocks; i++) r[i % 8]! += values[i]!;
  let sum = r[0]! + r[1]! + (r[2]! + r[3]!) + (r[4]! + r[5]! + (r[6]! + r[7]!));
  for (let i = blocks; i < n; i++) sum += values[i]!;
  return sum;
}
