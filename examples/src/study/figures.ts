import type { AucEstimate } from "@covidxr/audit";
import { type CohortRow, patientKey } from "@covidxr/dataset";
import {
  accuracy,
  applyThreshold,
  auc,
  type ConfusionMatrix,
  clopperPearson,
  confusionMatrix,
  type Estimate,
  estimateFigures,
  type FigureEstimates,
  rocCurve,
  sensitivity,
  specificity,
} from "@covidxr/metrics";
import { type Score, scoreOutputs } from "@covidxr/training";
import type { Prediction } from "../run/run-folder.js";

/** Figures of one split with their intervals, at the run's threshold or without one. */
export interface SplitFigures {
  readonly split: string;
  readonly images: number;
  readonly threshold: number;
  /** `[[TN, FP], [FN, TP]]`. */
  readonly confusionMatrix: ConfusionMatrix;
  readonly figures: FigureEstimates;
  /** Accuracy at 0.5, as the training history counts it. */
  readonly accuracyAtHalf: Estimate;
}

/** One line for each image: positive when its probability is above the threshold. */
export function toPredictions(
  split: string,
  rows: readonly CohortRow[],
  probabilities: Float32Array,
  threshold: number,
): Prediction[] {
  const predicted = applyThreshold(probabilities, threshold);
  return rows.map((row, i) => ({
    filename: row.filename,
    split,
    label: row.label,
    probability: probabilities[i]!,
    predicted: predicted[i]!,
    path: row.path,
    patient: patientKey(row),
  }));
}

/** @param seed Decides the bootstrap's draws, which keep the images of a patient together. */
export function splitFigures(
  split: string,
  predictions: readonly Prediction[],
  { threshold, seed }: { readonly threshold: number; readonly seed: number },
): SplitFigures {
  const labels = predictions.map((p) => p.label);
  const probabilities = predictions.map((p) => p.probability);
  const right = Math.round(scoreOutputs(Float32Array.from(probabilities), labels).accuracy * labels.length);
  return {
    split,
    images: labels.length,
    threshold,
    confusionMatrix: confusionMatrix(
      labels,
      predictions.map((p) => p.predicted),
      { classes: 2 },
    ),
    figures: estimateFigures(labels, probabilities, {
      threshold,
      seed,
      groups: predictions.map((p) => p.patient),
    }),
    accuracyAtHalf: {
      value: right / labels.length,
      ...clopperPearson(right, labels.length),
      method: "Clopper–Pearson",
      byGroup: null,
      undefinedReason: null,
    },
  };
}

/** A split's area under the ROC curve as probes are set beside it; null where it is undefined. */
export function aucEstimate({ confusionMatrix: matrix, figures }: SplitFigures): AucEstimate | null {
  const { value, low, high, level, method } = figures.auc;
  if (Number.isNaN(value)) return null;
  const [negatives, positives] = matrix.map((row) => row.reduce((sum, count) => sum + count, 0));
  return {
    value,
    low,
    high,
    level,
    method: method as AucEstimate["method"],
    negatives: negatives!,
    positives: positives!,
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
