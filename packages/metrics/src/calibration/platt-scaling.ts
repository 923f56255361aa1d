import { InvalidArgumentError } from "@covidxr/core";
import { checkBothClasses } from "../internal/check-both-classes.js";
import { checkLabels, checkSameLength, checkScores } from "../internal/checks.js";
import { fitLogistic } from "./fit-logistic.js";
import { expit } from "./logit.js";

/** Map from scores to probabilities. */
export interface PlattScaling {
  /** Change of the log-odds with the score. */
  readonly slope: number;
  /** Log-odds at score 0. */
  readonly intercept: number;
  /** Probabilities of class 1, 1 / (1 + exp(-(slope · score + intercept))), of finite scores. */
  apply(scores: ArrayLike<number>): Float64Array;
}

/**
 * Probabilities from scores by a logistic curve (Platt 1999), fitted to the smoothed targets (N₁ + 1) / (N₁ + 2) and
 * 1 / (N₀ + 2), which keep it finite where the scores separate the classes; by Newton's method (Lin, Lin and Weng, "A
 * note on Platt's probabilistic outputs for support vector machines", 2007). scikit-learn's `sigmoid` calibration is
 * the same fit with the signs of both numbers changed.
 *
 * Fit it on validation data: on its own training data a model is surer of itself than elsewhere.
 *
 * @param truth N labels, 0 or 1; both must occur.
 * @param scores N finite scores of any scale, two or more of them different.
 * @throws {InvalidArgumentError} on unequal lengths, a label other than 0 and 1, a score that is not finite, a missing
 *   class or equal scores.
 */
export function plattScaling(truth: ArrayLike<number>, scores: ArrayLike<number>): PlattScaling {
  checkSameLength(truth, scores, "scores");
  checkLabels(truth, "truth", 2);
  checkScores(scores);
  const { positives, negatives } = checkBothClasses(truth);
  if (Array.prototype.every.call(scores, (score) => score === scores[0])) {
    throw new InvalidArgumentError({
      parameter: "scores",
      value: scores[0],
      message: `expected scores that differ, got ${scores[0]} for every sample; such a model tells the classes apart no better than chance`,
    });
  }
  const targets = Float64Array.from(truth, (label) =>
    label === 1 ? (positives + 1) / (positives + 2) : 1 / (negatives + 2),
  );
  const { slope, intercept } = fitLogistic(targets, scores);
  return {
    slope,
    intercept,
    apply(others) {
      checkScores(others);
      return Float64Array.from(others, (score) => expit(slope * score + intercept));
    },
  };
}
