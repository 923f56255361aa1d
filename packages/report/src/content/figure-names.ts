import type { MetricEstimates } from "@covidxr/metrics";

/** Names of the figures in text, in the order in which tables show them. */
export const FIGURE_NAMES: Readonly<Record<keyof MetricEstimates, string>> = {
  accuracy: "Accuracy",
  sensitivity: "Sensitivity (recall)",
  specificity: "Specificity",
  positivePredictiveValue: "Positive predictive value (precision)",
  negativePredictiveValue: "Negative predictive value",
  positiveLikelihoodRatio: "Positive likelihood ratio",
  negativeLikelihoodRatio: "Negative likelihood ratio",
  balancedAccuracy: "Balanced accuracy",
  f1Score: "F1",
  matthewsCorrelation: "Matthews correlation",
  cohenKappa: "Cohen’s kappa",
  auc: "Area under the ROC curve",
  averagePrecision: "Average precision",
  brierScore: "Brier score",
  logLoss: "Log loss",
  expectedCalibrationError: "Expected calibration error",
};
