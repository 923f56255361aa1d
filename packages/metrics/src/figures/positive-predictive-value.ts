import type { ConfusionMatrix } from "../internal/checks.js";
import { classCounts } from "../internal/class-counts.js";
import { posterior } from "../internal/posterior.js";
import { checkPrevalence, type PredictiveValueOptions } from "../internal/prevalence.js";
import { undefinedValue } from "../internal/undefined-figures.js";
import { precision } from "./precision.js";

/**
 * Share of the samples called the class that are of it, in [0, 1]. Without `prevalence` it is {@link precision},
 * TP / (TP + FP): the value at the prevalence of these samples, which says little about a population where the
 * disease is rarer or more common. With `prevalence` it is
 * sensitivity·prevalence / (sensitivity·prevalence + (1 − specificity)·(1 − prevalence))
 * (Altman and Bland, BMJ 309:102, 1994).
 *
 * Undefined when the class was never predicted; with `prevalence` also when sensitivity or specificity is, or when
 * nobody in such a population would be called the class.
 *
 * @param matrix Counts as {@link confusionMatrix} gives them.
 * @param classIndex Class to report against the rest. Defaults to 1 in a 2 × 2 matrix; with more classes it must
 *   be given.
 * @throws {InvalidArgumentError} when `matrix` is not a confusion matrix, `classIndex` is not one of its classes, or
 *   `prevalence` is not in [0, 1].
 */
export function positivePredictiveValue(
  matrix: ConfusionMatrix,
  classIndex?: number,
  options: PredictiveValueOptions = {},
): number {
  if (options.prevalence === undefined) return precision(matrix, classIndex, options);
  const whenUndefined = undefinedValue(options);
  const prevalence = checkPrevalence(options.prevalence);
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = classCounts(matrix, classIndex);
  const sensitivity = truePositives / (truePositives + falseNegatives);
  const falsePositiveRate = falsePositives / (falsePositives + trueNegatives);
  return posterior(
    { prior: prevalence, likelihood: sensitivity },
    { prior: 1 - prevalence, likelihood: falsePositiveRate },
    whenUndefined,
  );
}
