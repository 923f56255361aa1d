/** Range of a likelihood ratio, for `undefinedValue`. */
export const LIKELIHOOD_RATIO_RANGE = [0, Number.POSITIVE_INFINITY] as const;

/** One share over another: Infinity over 0, and `whenUndefined` where a share is NaN or both are 0. */
export function likelihoodRatio(share: number, otherShare: number, whenUndefined: number): number {
  const quotient = share / otherShare;
  return Number.isNaN(quotient) ? whenUndefined : quotient;
}
