import { incompleteBeta } from "../internal/distributions/incomplete-beta.js";

/**
 * Chance, when both outcomes are equally likely, of a split at least as uneven as this one: twice the smaller tail of
 * the binomial distribution, at most 1. Without an outcome it is 1.
 */
export function signTest(one: number, other: number): number {
  const fewer = Math.min(one, other);
  const more = Math.max(one, other);
  // P(X <= k) of n fair trials is I_1/2(n - k, k + 1); at equality both tails hold more than half.
  return fewer === more ? 1 : Math.min(1, 2 * incompleteBeta(0.5, more, fewer + 1).lower);
}
