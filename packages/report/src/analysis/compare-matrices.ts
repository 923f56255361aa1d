import { basename, resolve } from "node:path";
import {
  type ConfusionMatrix,
  clopperPearson,
  differenceOfProportions,
  fisherExactTest,
  type Interval,
} from "@covidxr/metrics";
import { type HoldoutRun, splitRuleOf } from "../run/read-run.js";
import type { OtherSplitRecord } from "../run/result-records.js";
import type { RunRecord } from "../run/run-record.js";
import type { ImagesAnalysis } from "./analyse-images.js";

/** A proportion of images with its Clopper–Pearson interval; NaN without an image. */
export interface Share extends Interval {
  readonly value: number;
  readonly successes: number;
  readonly trials: number;
}

/** Proportions that a confusion matrix alone gives. */
export interface MatrixShares {
  readonly accuracy: Share;
  readonly sensitivity: Share;
  readonly specificity: Share;
}

/** What a published confusion matrix says. */
export interface PublishedMetrics extends MatrixShares {
  readonly source: string;
  readonly confusionMatrix: ConfusionMatrix;
}

/** A run's accuracy beside a published one. */
export interface PublishedComparison extends PublishedMetrics {
  readonly threshold: number;
  /** Our accuracy less the published one. */
  readonly difference: number;
  readonly differenceInterval: Interval;
  /** Of Fisher's exact test. */
  readonly pValue: number;
  /** Whether the two could well be one accuracy: a p-value of 0.05 or more. */
  readonly compatible: boolean;
  /** Further matrices that were published for the same study. */
  readonly others: readonly PublishedMetrics[];
}

/** Smallest p-value at which two accuracies are called compatible: the usual 5 %. */
const COMPATIBLE_FROM = 0.05;

/**
 * Sets a run's accuracy beside the published one. Of the published run only counts are known, so the images of the two
 * cannot be paired; both are taken as independent samples: Newcombe's interval of the difference, and Fisher's exact
 * test.
 *
 * @param matrix The run's confusion matrix on its held-out images.
 */
export function compareWithPublished(
  published: NonNullable<RunRecord["published"]>,
  matrix: ConfusionMatrix,
): PublishedComparison {
  const own = sharesOfMatrix(matrix).accuracy;
  const theirs = publishedMetrics(published);
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
    others: published.other.map(publishedMetrics),
  };
}

function publishedMetrics(published: {
  readonly source: string;
  readonly confusionMatrix: ConfusionMatrix;
}): PublishedMetrics {
  const { source, confusionMatrix } = published;
  return { source, confusionMatrix, ...sharesOfMatrix(confusionMatrix) };
}

/** What a run says on its held-out images, with the proportions that its confusion matrix gives. */
export type SplitMetrics = OtherSplitRecord & MatrixShares;

/** The same study on two splits. */
export interface SplitComparison {
  readonly own: SplitMetrics;
  readonly other: SplitMetrics;
  /** Accuracy of `own` less that of `other`. */
  readonly difference: number;
  /** Newcombe's, at 95 %. */
  readonly differenceInterval: Interval;
  /** Whether the interval excludes 0. */
  readonly excludesZero: boolean;
}

/**
 * Sets a run beside the same study on another split: accuracy, sensitivity and specificity with Clopper–Pearson
 * intervals, and the difference of the accuracies with Newcombe's interval, which takes the held-out images of both as
 * independent samples. Each run is one split of its kind and one seed: the interval covers neither spread, nor that of
 * patients with several images.
 */
export function compareSplits(own: OtherSplitRecord, other: OtherSplitRecord): SplitComparison {
  const [ours, theirs] = [sharesOfMatrix(own.confusionMatrix), sharesOfMatrix(other.confusionMatrix)];
  const { difference, interval } = differenceOfProportions(ours.accuracy, theirs.accuracy);
  return {
    own: { ...own, ...ours },
    other: { ...other, ...theirs },
    difference,
    differenceInterval: interval,
    excludesZero: interval.low > 0 || interval.high < 0,
  };
}

/** What a run says on its held-out images, in the form of `other-split.json`. */
export function splitRecordOf(
  { folder, record }: HoldoutRun,
  { name, images, threshold, confusionMatrix, estimates }: ImagesAnalysis,
): OtherSplitRecord {
  const { value, low, high } = estimates.auc;
  return {
    split: splitRuleOf(record),
    run: basename(resolve(folder)),
    heldOut: name,
    images: images.length,
    threshold,
    confusionMatrix: confusionMatrix as unknown as OtherSplitRecord["confusionMatrix"],
    auc: Number.isNaN(value) ? null : { value, low, high },
    seed: record.settings.seed,
  };
}

/** Accuracy, sensitivity and specificity of a binary confusion matrix, `[[TN, FP], [FN, TP]]`. */
function sharesOfMatrix(matrix: ConfusionMatrix): MatrixShares {
  const [negative, positive] = matrix as readonly [readonly number[], readonly number[]];
  const [negatives, positives] = [negative[0]! + negative[1]!, positive[0]! + positive[1]!];
  return {
    accuracy: shareOf(negative[0]! + positive[1]!, negatives + positives),
    sensitivity: shareOf(positive[1]!, positives),
    specificity: shareOf(negative[0]!, negatives),
  };
}

function shareOf(successes: number, trials: number): Share {
  return { value: successes / trials, successes, trials, ...clopperPearson(successes, trials) };
}
