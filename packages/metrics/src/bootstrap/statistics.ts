import { InvalidArgumentError } from "@covidxr/core";
import { describeValue } from "@covidxr/core/internal";
import { checkBinary, checkLength, checkSameLength } from "../checks.js";
import type { Draw } from "./resampler.js";

/** Any metric as a statistic of a draw: gathers the drawn samples and calls the metric with them. */
export function metricStatistic<Score>(
  metric: (truth: readonly number[], scores: readonly Score[]) => number,
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
    const value: unknown = metric(drawnTruth, drawnScores);
    if (typeof value === "number") return value;
    throw new InvalidArgumentError({
      parameter: "metric",
      value,
      message: `expected a function that gives a number, got one that gave ${describeValue(value)}; pass such as (truth, scores) => auc(truth, scores)`,
    });
  };
}

/**
 * Area under the ROC curve as a statistic of a draw; NaN for draws that lack a class. It sorts once and then takes a
 * number of steps proportional to N for each draw, where {@link metricStatistic} would sort every time.
 */
export function aucStatistic(truth: ArrayLike<number>, scores: ArrayLike<number>): (draw: Draw) => number {
  const { order, labels, ends } = scoreBlocks(truth, scores);
  const size = order.length;
  const blocks = ends.length;
  return ({ counts }) => {
    checkLength(counts, "size", size);
    let positives = 0;
    let negatives = 0;
    // Pairs of a positive and a negative drawn, the positive scoring higher; twice, so that ties count whole.
    let twice = 0;
    let k = 0;
    for (let block = 0; block < blocks; block++) {
      const end = ends[block]!;
      let blockPositives = 0;
      let blockNegatives = 0;
      for (; k < end; k++) {
        const count = counts[order[k]!]!;
        if (labels[k] === 1) blockPositives += count;
        else blockNegatives += count;
      }
      twice += blockNegatives * (2 * positives + blockPositives);
      positives += blockPositives;
      negatives += blockNegatives;
    }
    return positives === 0 || negatives === 0 ? Number.NaN : twice / (2 * positives * negatives);
  };
}

/** Samples in falling order of score; those of equal score form a block. */
export interface ScoreBlocks {
  /** Sample positions. */
  readonly order: Uint32Array;
  /** Label of each sample, in that order. */
  readonly labels: Uint8Array;
  /** Where each block ends in that order (exclusive). */
  readonly ends: Uint32Array;
}

/** Sorts once, so that a walk over any draw's counts needs no sorting. */
export function scoreBlocks(truth: ArrayLike<number>, scores: ArrayLike<number>): ScoreBlocks {
  checkBinary(truth, scores);
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort(
    (a, b) => scores[b]! - scores[a]!,
  );
  const ends: number[] = [];
  for (let k = 0; k < order.length; k++) {
    if (k + 1 === order.length || scores[order[k + 1]!] !== scores[order[k]!]) ends.push(k + 1);
  }
  return { order, labels: Uint8Array.from(order, (i) => truth[i]!), ends: Uint32Array.from(ends) };
}
