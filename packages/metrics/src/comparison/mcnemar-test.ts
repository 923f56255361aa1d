import { checkLabels, checkSameLength } from "../checks.js";
import { incompleteBeta } from "../math/beta.js";

/** Result of McNemar's exact test of two models on the same samples. */
export interface McnemarTest {
  /** Samples that A predicts correctly and B does not. */
  readonly onlyA: number;
  /** Samples that B predicts correctly and A does not. */
  readonly onlyB: number;
  /** Two-sided, exact, in [0, 1]; 1 where the models are always right or wrong together. */
  readonly pValue: number;
}

/**
 * Exact test of whether two models are right equally often on the same samples (McNemar 1947, with the binomial
 * distribution in place of χ²). Only samples that exactly one model predicts correctly count. It works for any
 * number of classes.
 *
 * Samples must be independent: several images of one patient make the p-value too small.
 *
 * @param truth N class indices, 0 or more.
 * @param predictionsA N class indices of model A, in the order of `truth`.
 * @param predictionsB N class indices of model B, in the order of `truth`.
 * @throws {InvalidArgumentError} on unequal lengths or a label that is not an integer of 0 or more.
 *
 * @example
 * ```ts
 * import { mcnemarTest } from "@covidxr/metrics";
 *
 * const truth = [1, 1, 1, 1, 0, 0, 0, 0];
 * const predictionsA = [1, 1, 1, 1, 0, 0, 0, 1];
 * const predictionsB = [1, 0, 0, 0, 0, 0, 0, 0];
 * mcnemarTest(truth, predictionsA, predictionsB); // { onlyA: 3, onlyB: 1, pValue: 0.625… }
 * ```
 */
export function mcnemarTest(
  truth: ArrayLike<number>,
  predictionsA: ArrayLike<number>,
  predictionsB: ArrayLike<number>,
): McnemarTest {
  checkSameLength(truth, predictionsA, "predictionsA");
  checkSameLength(truth, predictionsB, "predictionsB");
  checkLabels(truth, "truth", Number.POSITIVE_INFINITY);
  checkLabels(predictionsA, "predictionsA", Number.POSITIVE_INFINITY);
  checkLabels(predictionsB, "predictionsB", Number.POSITIVE_INFINITY);
  let onlyA = 0;
  let onlyB = 0;
  for (let i = 0; i < truth.length; i++) {
    const rightA = predictionsA[i] === truth[i];
    const rightB = predictionsB[i] === truth[i];
    if (rightA && !rightB) onlyA++;
    else if (rightB && !rightA) onlyB++;
  }
  return { onlyA, onlyB, pValue: signTest(onlyA, onlyB) };
}

/**
 * Chance, when both outcomes are equally likely, of a split at least as uneven as this one: twice the smaller tail of
 * the binomial distribution, at most 1. Without an outcome it is 1.
 */
function signTest(one: number, other: number): number {
  const fewer = Math.min(one, other);
  const more = Math.max(one, other);
  // P(X <= k) of n fair trials is I_1/2(n - k, k + 1); at equality both tails hold more than half.
  return fewer === more ? 1 : Math.min(1, 2 * incompleteBeta(0.5, more, fewer + 1).lower);
}
