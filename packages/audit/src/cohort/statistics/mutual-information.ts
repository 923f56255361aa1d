/** Counts of a value by class. */
export interface ClassCounts {
  readonly negative: number;
  readonly positive: number;
}

const { log2, max } = Math;

/** x log₂ x, with its limit 0 at 0. */
export function xLog2x(x: number): number {
  return x === 0 ? 0 : x * log2(x);
}

/** Entropy of a class of two from its counts, in bits, from 0 to 1; NaN without a count. */
export function labelEntropy({ negative, positive }: ClassCounts): number {
  const total = negative + positive;
  return (xLog2x(total) - xLog2x(negative) - xLog2x(positive)) / total;
}

/**
 * Mutual information of an attribute and a class of two, in bits: by how much knowing the value lowers the entropy of the
 * class (Shannon 1948). From 0 to {@link labelEntropy} of the sums; NaN without a count.
 *
 * @param values Counts of each value.
 */
export function mutualInformation(values: readonly ClassCounts[]): number {
  let negatives = 0;
  let positives = 0;
  let cells = 0;
  for (const { negative, positive } of values) {
    negatives += negative;
    positives += positive;
    cells += xLog2x(negative) + xLog2x(positive) - xLog2x(negative + positive);
  }
  const total = negatives + positives;
  // Rounding can leave an independent table a hair below 0.
  return max(0, cells + xLog2x(total) - xLog2x(negatives) - xLog2x(positives)) / total;
}
