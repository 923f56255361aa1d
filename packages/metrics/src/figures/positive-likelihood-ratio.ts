import type { ConfusionMatrix } from "../internal/checks.js";
import { classCounts } from "../internal/class-counts.js";
import { LIKELIHOOD_RATIO_RANGE, likelihoodRatio } from "../internal/likelihood-ratio.js";
import { type UndefinedOptions, undefinedValue } from "../internal/undefined-figures.js";

/**
 * How many times more often a sample of the class is called the class than one that is not of it,
 * sensitivity / (1 − specificity), in [0, Infinity]; 1 says nothing, and it does not depend on prevalence (Deeks and
 * Altman, BMJ 329:168, 2004).
 *
 * Without a false positive it is Infinity: these samples set no bound to it, which is not the same as certainty.
 * Undefined when all samples are of the class or none is, and when the class was never predicted (0 / 0).
 *
 * @param matrix Counts as {@link confusionMatrix} gives them.
 * @param classIndex Class to report against the rest. Defaults to 1 in a 2 × 2 matrix; with more classes it must
 *   be given.
 * @param options `whenUndefined` is NaN or a number from 0 to Infinity.
 * @throws {InvalidArgumentError} when `matrix` is not a confusion matrix or `classIndex` is not one of its classes.
 */
export function positiveLikelihoodRatio(
  matrix: ConfusionMatrix,
  classIndex?: number,
  options: UndefinedOptions = {},
): number {
  const whenUndefined = undefinedValue(options, LIKELIHOOD_RATIO_RANGE);
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = classCounts(matrix, classIndex);
  const sensitivity = truePositives / (truePositives + falseNegatives);
  const falsePositiveRate = falsePositives / (falsePositives + trueNegatives);
  return likelihoodRatio(sensitivity, falsePositiveRate, whenUndefined);
}
