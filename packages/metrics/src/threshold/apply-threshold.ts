import { InvalidArgumentError } from "@covidxr/core";
import { checkScores } from "../internal/checks.js";

/**
 * Labels from scores: 1 where the score is above the threshold, else 0. A score that equals the threshold is
 * negative, as in the study (`probability > 0.7`).
 *
 * @param scores N finite scores, higher for class 1.
 * @param threshold Finite number on the scale of the scores.
 * @throws {InvalidArgumentError} on a score or threshold that is not finite.
 */
export function applyThreshold(scores: ArrayLike<number>, threshold: number): number[] {
  if (!Number.isFinite(threshold)) {
    throw new InvalidArgumentError({
      parameter: "threshold",
      value: threshold,
      message: `expected a finite number, got ${threshold}`,
    });
  }
  checkScores(scores);
  return Array.from(scores, (score) => (score > threshold ? 1 : 0));
}
