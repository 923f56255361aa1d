import { checkBinary } from "../checks.js";

/** Points of a receiver operating characteristic, from the highest threshold to the lowest. */
export interface RocCurve {
  /** False positive rate at each threshold, rising, in [0, 1]; NaN throughout without a negative sample. */
  readonly fpr: number[];
  /** True positive rate at each threshold, rising, in [0, 1]; NaN throughout without a positive sample. */
  readonly tpr: number[];
  /** Falling thresholds: a sample counts as positive when its score is this or more. The first is Infinity. */
  readonly thresholds: number[];
  /** Why a rate is undefined; null when both are defined. */
  readonly undefinedReason: string | null;
}

/**
 * Receiver operating characteristic: one point per distinct score, and (0, 0) before them. Samples of equal score
 * enter together, so their order cannot matter.
 *
 * Equals scikit-learn's `roc_curve(…, drop_intermediate=False)`; the first threshold is Infinity, as there since
 * version 1.3.
 *
 * @param truth N labels, 0 or 1.
 * @param scores N finite scores, higher for class 1.
 * @throws {InvalidArgumentError} on unequal lengths, a label other than 0 and 1, or a score that is not finite.
 */
export function rocCurve(truth: ArrayLike<number>, scores: ArrayLike<number>): RocCurve {
  checkBinary(truth, scores);
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);

  const falsePositives = [0];
  const truePositives = [0];
  const thresholds = [Number.POSITIVE_INFINITY];
  let positives = 0;
  let negatives = 0;
  for (let i = 0; i < order.length; i++) {
    const score = scores[order[i]!]!;
    if (truth[order[i]!] === 1) positives++;
    else negatives++;
    if (i + 1 === order.length || scores[order[i + 1]!] !== score) {
      falsePositives.push(negatives);
      truePositives.push(positives);
      thresholds.push(score);
    }
  }
  return {
    fpr: falsePositives.map((count) => (negatives === 0 ? Number.NaN : count / negatives)),
    tpr: truePositives.map((count) => (positives === 0 ? Number.NaN : count / positives)),
    thresholds,
    undefinedReason: reasonFor(positives, negatives),
  };
}

function reasonFor(positives: number, negatives: number): string | null {
  if (positives === 0 && negatives === 0) return "there is no sample";
  if (positives === 0) return "no sample is of class 1, so the true positive rate is undefined";
  if (negatives === 0) return "no sample is of class 0, so the false positive rate is undefined";
  return null;
}
