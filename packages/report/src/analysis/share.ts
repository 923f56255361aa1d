import { type ConfusionMatrix, clopperPearson, type Interval } from "@covidxr/metrics";

/** A share of images with its Clopper–Pearson interval; NaN without an image. */
export interface Share extends Interval {
  readonly value: number;
  readonly successes: number;
  readonly trials: number;
}

/** Shares that a confusion matrix alone gives. */
export interface MatrixShares {
  readonly accuracy: Share;
  readonly sensitivity: Share;
  readonly specificity: Share;
}

/** Accuracy, sensitivity and specificity of a binary confusion matrix, `[[TN, FP], [FN, TP]]`. */
export function sharesOfMatrix(matrix: ConfusionMatrix): MatrixShares {
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
