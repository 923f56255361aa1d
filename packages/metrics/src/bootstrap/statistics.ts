import { InvalidArgumentError } from "@covidxr/core";
import { describeValue } from "@covidxr/core/internal";
import { checkBinary, checkLength, checkSameLength } from "../checks.js";
import type { ConfusionMatrix } from "../matrix/confusion-matrix.js";
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

/** Confusion matrix as a statistic of a draw. */
export function matrixStatistic(
  truth: ArrayLike<number>,
  predictions: ArrayLike<number>,
  classCount: number,
): (draw: Draw) => ConfusionMatrix {
  const cellOf = Uint32Array.from(
    { length: truth.length },
    (_, i) => truth[i]! * classCount + predictions[i]!,
  );
  return ({ counts }) => {
    const cells = new Array<number>(classCount ** 2).fill(0);
    for (let i = 0; i < cellOf.length; i++) cells[cellOf[i]!]! += counts[i]!;
    return Array.from({ length: classCount }, (_, t) => cells.slice(t * classCount, (t + 1) * classCount));
  };
}

/** Mean of a number of each sample as a statistic of a draw; NaN without a sample. */
export function meanStatistic(values: ArrayLike<number>): (draw: Draw) => number {
  return ({ indices }) => {
    let sum = 0;
    for (let k = 0; k < indices.length; k++) sum += values[indices[k]!]!;
    return sum / indices.length;
  };
}

/** How its probability ranks the samples of a class among all others. */
export interface ClassRanking {
  /** Area under the ROC curve against the samples of all other classes; NaN where a side has none. */
  readonly auc: number;
  /** Area against those of each class; NaN where a side has none, and for the class itself. */
  readonly areas: readonly number[];
  /** {@link averagePrecision}; NaN without a sample of the class. */
  readonly averagePrecision: number;
}

/**
 * The ranking of a class as a statistic of a draw. It sorts once, as {@link aucStatistic}.
 *
 * @param scores Of each sample, the score of the class.
 */
export function rankingStatistic(
  truth: ArrayLike<number>,
  scores: ArrayLike<number>,
  classIndex: number,
  classCount: number,
): (draw: Draw) => ClassRanking {
  const labels = Uint8Array.from({ length: truth.length }, (_, i) => (truth[i] === classIndex ? 1 : 0));
  const { order, ends } = scoreBlocks(labels, scores);
  const classes = Uint32Array.from(order, (i) => truth[i]!);
  return ({ counts }) => {
    const sizes = new Float64Array(classCount);
    for (let k = 0; k < order.length; k++) sizes[classes[k]!]! += counts[order[k]!]!;
    const positives = sizes[classIndex]!;
    // Pairs with a drawn sample of each class that scores lower; twice, so that ties count whole.
    const twice = new Float64Array(classCount);
    let found = 0;
    let predicted = 0;
    let recall = 0;
    let averagePrecision = 0;
    let start = 0;
    for (const end of ends) {
      const foundBefore = found;
      const predictedBefore = predicted;
      for (let k = start; k < end; k++) {
        const count = counts[order[k]!]!;
        predicted += count;
        if (classes[k] === classIndex) found += count;
      }
      for (let k = start; k < end; k++) twice[classes[k]!]! += counts[order[k]!]! * (foundBefore + found);
      // A block without a drawn sample is not a threshold of this draw.
      if (predicted > predictedBefore) {
        averagePrecision += (found / positives - recall) * (found / predicted);
        recall = found / positives;
      }
      start = end;
    }
    twice[classIndex] = 0;
    const areaAgainst = (pairs: number, others: number) =>
      positives === 0 || others === 0 ? Number.NaN : pairs / (2 * positives * others);
    const pairs = twice.reduce((sum, own) => sum + own, 0);
    return {
      auc: areaAgainst(pairs, predicted - positives),
      areas: Array.from(twice, (own, c) => (c === classIndex ? Number.NaN : areaAgainst(own, sizes[c]!))),
      averagePrecision: positives === 0 ? Number.NaN : averagePrecision,
    };
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
