import {
  type ConfusionMatrix,
  differenceOfProportions,
  fisherExactTest,
  type Interval,
} from "@covidxr/metrics";
import type { RunRecord } from "../run/run-record.js";
import { type MatrixShares, sharesOfMatrix } from "./share.js";

/** What a published confusion matrix says. */
export interface PublishedFigures extends MatrixShares {
  readonly source: string;
  readonly confusionMatrix: ConfusionMatrix;
}

/** A run's accuracy beside a published one. */
export interface PublishedComparison extends PublishedFigures {
  readonly threshold: number;
  /** Our accuracy less the published one. */
  readonly difference: number;
  readonly differenceInterval: Interval;
  /** Of Fisher's exact test. */
  readonly pValue: number;
  /** Whether the two could well be one accuracy: a p-value of {@link COMPATIBLE_FROM} or more. */
  readonly compatible: boolean;
  /** Further figures that were published for the same study. */
  readonly others: readonly PublishedFigures[];
}

/** Smallest p-value at which two accuracies are called compatible: the usual 5 %. */
export const COMPATIBLE_FROM = 0.05;

/**
 * Sets a run's accuracy beside the published one. Of the published run only counts are known, so that the images of
 * both cannot be paired, and both are taken as independent samples: Newcombe's interval of the difference, and
 * Fisher's exact test.
 *
 * @param matrix The run's confusion matrix on its held-out images.
 */
export function compareWithPublished(
  published: NonNullable<RunRecord["published"]>,
  matrix: ConfusionMatrix,
): PublishedComparison {
  const own = sharesOfMatrix(matrix).accuracy;
  const theirs = publishedFigures(published);
  const { difference, interval } = differenceOfProportions(own, theirs.accuracy);
  const { pValue } = fisherExactTest([
    [own.successes, own.trials - own.successes],
    [theirs.accuracy.successes, theirs.accuracy.trials - theirs.accuracy.successes],
  ]);
  return {
    ...theirs,
    threshold: published.threshold,
    difference,
    differenceInterval: interval,
    pValue,
    compatible: pValue >= COMPATIBLE_FROM,
    others: published.other.map(publishedFigures),
  };
}

function publishedFigures(published: {
  readonly source: string;
  readonly confusionMatrix: ConfusionMatrix;
}): PublishedFigures {
  const { source, confusionMatrix } = published;
  return { source, confusionMatrix, ...sharesOfMatrix(confusionMatrix) };
}
