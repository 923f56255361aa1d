import type { ConfusionMatrix } from "../internal/checks.js";
import { classCounts } from "../internal/class-counts.js";
import { posterior } from "../internal/posterior.js";
import { checkPrevalence, type PredictiveValueOptions } from "../internal/prevalence.js";
import { ratio, undefinedValue } from "../internal/undefined-figures.js";

/**
 * Share of the samples not called the class that are indeed not of it, in [0, 1]. Without `prevalence` it is
 * TN / (TN + FN), the value at the prevalence of these samples. With `prevalence` it is
 * specificity·(1 − prevalence) / (specificity·(1 − prevalence) + (1 − sensitivity)·prevalence)
 * (Altman and Bland, BMJ 309:102, 1994).
 *
 * Undefined when every sample was called the class; with `prevalence` also when sensitivity or specificity is, or
 * when everybody in such a population would be called the class.
 *
 * @param matrix Counts as {@link confusionMatrix} gives them.
 * @param classIndex Class to report against the rest. Defaults to 1 in a 2 × 2 matrix; with more classes it must
 *   be given.
 * @throws {InvalidArgumentError} when `matrix` is not a confusion matrix, `classIndex` is not one of its classes, or
 *   `prevalence` is not in [0, 1].
 */
export function negativePredictiveValue(
  matrix: ConfusionMatrix,
  classIndex?: number,
  options: PredictiveValueOptions = {},
): number {
  const whenUndefined = undefinedValue(options);
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = classCounts(matrix, classIndex);
  if (options.prevalence === undefined) {
    return ratio(trueNegatives, trueNegatives + falseNegatives, whenUndefined);
  }
  const prevalence = checkPrevalence(options.prevalence);
  const specificity = trueNegatives / (trueNegatives + falsePositives);
  const falseNegativeRate = falseNegatives / (falseNegatives + truePositives);
  return posterior(
    { prior: 1 - prevalence, likelihood: specificity },
    { prior: prevalence, likelihood: falseNegativeRate },
    whenUndefined,
  );
}
