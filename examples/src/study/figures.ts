import { accuracy, applyThreshold, auc, confusionMatrix, sensitivity, specificity } from "@covidxr/metrics";
import { type Score, scoreOutputs } from "@covidxr/training";

/** Metrics of a held-out fold: at the run's threshold, at 0.5, and the area under the ROC curve. */
export function scoreFold(threshold: number): Score {
  return (labels, probabilities) => {
    const matrix = confusionMatrix(labels, applyThreshold(probabilities, threshold));
    return {
      accuracy: accuracy(matrix),
      accuracyAtHalf: scoreOutputs(probabilities, labels).accuracy,
      sensitivity: sensitivity(matrix),
      specificity: specificity(matrix),
      auc: auc(labels, probabilities),
    };
  };
}
