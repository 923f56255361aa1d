import { checkLabels, checkSameLength, checkScores } from "../internal/checks.js";

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
  checkSameLength(truth, scores, "scores");
  checkLabels(truth, "truth", 2);
  checkScores(scores);
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort(
    (a, b) => scores[b]! - scores[a]!,
  );
  const ends: number[] = [];
  for (let k = 0; k < order.length; k++) {
    if (k + 1 === order.length || scores[order[k + 1]!] !== scores[order[k]!]) ends.push(k + 1);
  }
  return { order, labels: Uint8Array.from(order, (i) => truth[i]!), ends: Uint32Array.from(ends) };
}
