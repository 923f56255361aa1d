import { checkLength } from "../internal/check-length.js";
import { checkSameLength } from "../internal/checks.js";
import type { Draw } from "./bootstrap.js";

/**
 * Any figure of labels and scores as a statistic for {@link bootstrap}: gathers the drawn samples and calls the
 * figure with them.
 *
 * @param figure Number from labels and scores of M drawn samples, such as `averagePrecision`, or
 *   `(truth, predicted) => sensitivity(confusionMatrix(truth, predicted))`; NaN where it is undefined.
 * @param truth N labels.
 * @param scores N scores, predicted labels or rows of probabilities: whatever the figure takes.
 * @returns Statistic. It throws an InvalidArgumentError for draws of another number of samples than N.
 * @throws {InvalidArgumentError} on unequal lengths.
 */
export function figureStatistic<Score>(
  figure: (truth: readonly number[], scores: readonly Score[]) => number,
  truth: ArrayLike<number>,
  scores: ArrayLike<Score>,
): (draw: Draw) => number {
  checkSameLength(truth, scores, "scores");
  return ({ indices, counts }) => {
    checkLength(counts, "size", truth.length);
    const drawnTruth: number[] = [];
    const drawnScores: Score[] = [];
    for (let k = 0; k < indices.length; k++) {
      const i = indices[k]!;
      drawnTruth.push(truth[i]!);
      drawnScores.push(scores[i]!);
    }
    return figure(drawnTruth, drawnScores);
  };
}
