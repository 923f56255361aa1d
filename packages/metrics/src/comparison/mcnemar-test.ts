import { checkLabels, checkSameLength } from "../internal/checks.js";
import { signTest } from "./sign-test.js";

/** Predictions of two models for the same samples. */
export interface PairedPredictions {
  /** N class indices, 0 or more. */
  readonly truth: ArrayLike<number>;
  /** N class indices of model A, in the order of `truth`. */
  readonly predictedA: ArrayLike<number>;
  /** N class indices of model B, in the order of `truth`. */
  readonly predictedB: ArrayLike<number>;
}

/** What McNemar's exact test of two models on the same samples says. */
export interface McnemarTest {
  /** Samples that A has right and B wrong. */
  readonly onlyA: number;
  /** Samples that B has right and A wrong. */
  readonly onlyB: number;
  /** Two-sided, exact, in [0, 1]; 1 where the models are never right and wrong apart. */
  readonly pValue: number;
}

/**
 * Exact test of whether two models are right equally often on the same samples (McNemar 1947, with the binomial
 * distribution in place of χ²). Only samples that one has right and the other wrong count. It works for any number of
 * classes.
 *
 * Samples must be independent: several images of one patient make the p-value too small.
 *
 * @throws {InvalidArgumentError} on unequal lengths or a label that is not an integer of 0 or more.
 *
 * @example
 * ```ts
 * import { mcnemarTest } from "@covidxr/metrics";
 *
 * const truth = [1, 1, 1, 1, 0, 0, 0, 0];
 * const predictedA = [1, 1, 1, 1, 0, 0, 0, 1];
 * const predictedB = [1, 0, 0, 0, 0, 0, 0, 0];
 * mcnemarTest({ truth, predictedA, predictedB }); // { onlyA: 3, onlyB: 1, pValue: 0.625… }
 * ```
 */
export function mcnemarTest(predictions: PairedPredictions): McnemarTest {
  const { truth, predictedA, predictedB } = predictions;
  checkSameLength(truth, predictedA, "predictedA");
  checkSameLength(truth, predictedB, "predictedB");
  checkLabels(truth, "truth", Number.POSITIVE_INFINITY);
  checkLabels(predictedA, "predictedA", Number.POSITIVE_INFINITY);
  checkLabels(predictedB, "predictedB", Number.POSITIVE_INFINITY);
  let onlyA = 0;
  let onlyB = 0;
  for (let i = 0; i < truth.length; i++) {
    const rightA = predictedA[i] === truth[i];
    const rightB = predictedB[i] === truth[i];
    if (rightA && !rightB) onlyA++;
    else if (rightB && !rightA) onlyB++;
  }
  return { onlyA, onlyB, pValue: signTest(onlyA, onlyB) };
}
