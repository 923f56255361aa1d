import { checkBinary } from "../checks.js";

/** Points of a precision-recall curve, from the highest threshold to the lowest. */
export interface PrecisionRecallCurve {
  /** Precision at each threshold, in [0, 1]; it need not fall or rise. */
  readonly precision: number[];
  /** Recall at each threshold, rising, in [0, 1]; NaN throughout without a positive sample. */
  readonly recall: number[];
  /** Falling thresholds, the distinct scores: a sample counts as positive when its score is this or more. */
  readonly thresholds: number[];
  /** Why the recall is undefined, or there is no point; null when both are defined. */
  readonly undefinedReason: string | null;
}

/**
 * Precision and recall at every distinct score. Samples of equal score enter together, so their order cannot matter.
 *
 * scikit-learn's `precision_recall_curve` has the same points in reverse, from the lowest threshold, and adds a last
 * one of precision 1 and recall 0 without a threshold. Here there is none: before the first score nothing is predicted
 * positive, and precision is 0 / 0. Draw no straight lines between points; precision is not linear in recall (Davis
 * and Goadrich 2006), and the area is {@link averagePrecision}.
 *
 * @param truth N labels, 0 or 1.
 * @param scores N finite scores, higher for class 1.
 * @returns As many points as distinct scores; none for no sample.
 * @throws {InvalidArgumentError} on unequal lengths, a label other than 0 and 1, or a score that is not finite.
 */
export function precisionRecallCurve(
  truth: ArrayLike<number>,
  scores: ArrayLike<number>,
): PrecisionRecallCurve {
  checkBinary(truth, scores);
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);

  const precision: number[] = [];
  const truePositives: number[] = [];
  const thresholds: number[] = [];
  let positives = 0;
  for (let i = 0; i < order.length; i++) {
    const score = scores[order[i]!]!;
    positives += truth[order[i]!]!;
    if (i + 1 === order.length || scores[order[i + 1]!] !== score) {
      precision.push(positives / (i + 1));
      truePositives.push(positives);
      thresholds.push(score);
    }
  }
  return {
    precision,
    recall: truePositives.map((count) => (positives === 0 ? Number.NaN : count / positives)),
    thresholds,
    undefinedReason: reasonFor(order.length, positives),
  };
}

function reasonFor(samples: number, positives: number): string | null {
  if (samples === 0) return "there is no sample";
  if (positives === 0) return "no sample is of class 1, so the recall is undefined";
  return null;
}

/**
 * Area under the precision-recall curve as a sum of steps, Σ (R_k − R_{k−1})·P_k over falling thresholds, in (0, 1];
 * scikit-learn's `average_precision_score`. The trapezoidal rule would interpolate linearly and flatter the curve
 * (Davis and Goadrich 2006). Uninformative scores reach about the proportion of positive samples, so values of sets with
 * different prevalence are not comparable.
 *
 * NaN without a positive sample (scikit-learn gives 0 there).
 *
 * @param truth N labels, 0 or 1.
 * @param scores N finite scores, higher for class 1.
 * @throws {InvalidArgumentError} on unequal lengths, a label other than 0 and 1, or a score that is not finite.
 */
export function averagePrecision(truth: ArrayLike<number>, scores: ArrayLike<number>): number {
  const { precision, recall, undefinedReason } = precisionRecallCurve(truth, scores);
  if (undefinedReason !== null) return Number.NaN;
  let sum = 0;
  let before = 0;
  for (let i = 0; i < recall.length; i++) {
    sum += (recall[i]! - before) * precision[i]!;
    before = recall[i]!;
  }
  return sum;
}
