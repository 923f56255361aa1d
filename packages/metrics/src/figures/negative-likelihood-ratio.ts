import type { ConfusionMatrix } from "../internal/checks.js";
import { classCounts } from "../internal/class-counts.js";
import { LIKELIHOOD_RATIO_RANGE, likelihoodRatio } from "../internal/likelihood-ratio.js";
import { type UndefinedOptions, undefinedValue } from "../internal/undefined-figures.js";

/**
 * How many times more often a sample of the class is not called the class than one that is not of it,
 * (1 − sensitivity) / specificity, in [0, Infinity]; 0 is best, 1 says nothing, and it does not depend on prevalence
 * (Deeks and Altman, BMJ 329:168, 2004).
 *
 * Without a true negative it is Infinity. Undefined when all samples are of the class or none is, and when every
 * sample was called the class (0 / 0).
 *
 * @param matrix Counts as {@link confusionMatrix} gives them.
 * @param classIndex Class to report against the rest. Defaults to 1 in a 2 × 2 matrix; with more classes it must
 *   be given.
 * @param options `whenUndefined` is NaN or a number from 0 to Infinity.
 * @throws {InvalidArgumentError} when `matrix` is not a confusion matrix or `classIndex` is not one of its classes.
 */
export function negativeLikelihoodRatio(
  matrix: ConfusionMatrix,
  classIndex?: number,
  options: UndefinedOptions = {},
): number {
  const whenUndefined = undefinedValue(options, LIKELIHOOD_RATIO_RANGE);
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = classCounts(matrix, classIndex);
  const falseNegativeRate = falseNegatives / (falseNegatives + truePositives);
  const specificity = trueNegatives / (trueNegatives + falsePositives);
  return likelihoodRatio(falseNegativeRate, specificity, whenUndefined);
}
