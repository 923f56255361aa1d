import type { Split } from "@covidxr/dataset";
import {
  accuracy,
  applyThreshold,
  auc,
  type ConfusionMatrix,
  confusionMatrix,
  f1Score,
  precision,
  rocCurve,
  sensitivity,
  specificity,
} from "@covidxr/metrics";
import { type Score, scoreOutputs } from "@covidxr/training";
import type { Prediction } from "../run/run-folder.js";

/** Figures of one split at the run's threshold, and those that need none. */
export interface SplitFigures {
  readonly split: Split;
  readonly images: number;
  readonly threshold: number;
  /** `[[TN, FP], [FN, TP]]`. */
  readonly confusionMatrix: ConfusionMatrix;
  readonly accuracy: number;
  readonly precision: number;
  readonly sensitivity: number;
  readonly specificity: number;
  readonly f1Score: number;
  readonly auc: number;
  /** Mean binary cross-entropy of the probabilities. */
  readonly loss: number;
  /** Accuracy at 0.5, as the training history counts it. */
  readonly accuracyAtHalf: number;
}

/** One line for each image: positive when its probability is above the threshold. */
export function toPredictions(
  split: Split,
  rows: readonly { readonly filename: string; readonly label: number }[],
  probabilities: Float32Array,
  threshold: number,
): Prediction[] {
  const predicted = applyThreshold(probabilities, threshold);
  return rows.map(({ filename, label }, i) => ({
    filename,
    split,
    label,
    probability: probabilities[i]!,
    predicted: predicted[i]!,
  }));
}

export function splitFigures(
  split: Split,
  predictions: readonly Prediction[],
  threshold: number,
): SplitFigures {
  const labels = predictions.map((p) => p.label);
  const probabilities = Float32Array.from(predictions, (p) => p.probability);
  const matrix = confusionMatrix(
    labels,
    predictions.map((p) => p.predicted),
  );
  const scored = scoreOutputs(probabilities, labels);
  return {
    split,
    images: labels.length,
    threshold,
    confusionMatrix: matrix,
    accuracy: accuracy(matrix),
    precision: precision(matrix),
    sensitivity: sensitivity(matrix),
    specificity: specificity(matrix),
    f1Score: f1Score(matrix),
    auc: auc(rocCurve(labels, probabilities)),
    loss: scored.loss,
    accuracyAtHalf: scored.accuracy,
  };
}

/** Figures of a held-out fold: at the run's threshold, at 0.5, and the area under the ROC curve. */
export function scoreFold(threshold: number): Score {
  return (labels, probabilities) => {
    const matrix = confusionMatrix(labels, applyThreshold(probabilities, threshold));
    return {
      accuracy: accuracy(matrix),
      accuracyAtHalf: scoreOutputs(probabilities, labels).accuracy,
      sensitivity: sensitivity(matrix),
      specificity: specificity(matrix),
      auc: auc(rocCurve(labels, probabilities)),
    };
  };
}

/** Figures as JSON, which has no NaN: an undefined figure is `null` and its name stands in `undefined`. */
export function figuresAsJson(figures: SplitFigures): Record<string, unknown> {
  const names = Object.entries(figures).filter(([, value]) => Number.isNaN(value));
  return { ...figures, undefined: names.map(([name]) => name) };
}
