export { precisionRecallBand, rocBand } from "./bootstrap/bands.js";
export { bootstrap } from "./bootstrap/bootstrap.js";
export type { Probabilities } from "./checks.js";
export { fisherExactTest } from "./comparison/fisher-exact-test.js";
export { mcnemarTest } from "./comparison/mcnemar-test.js";
export { holm } from "./comparison/p-values.js";
export { mutualInformation, permutationTest } from "./comparison/permutation-test.js";
export { auc, multiClassAuc } from "./curves/auc.js";
export { delong, delongTest } from "./curves/delong.js";
export {
  averagePrecision,
  type PrecisionRecallCurve,
  precisionRecallCurve,
} from "./curves/precision-recall.js";
export { type RocCurve, rocCurve } from "./curves/roc-curve.js";
export { netBenefit } from "./decisions/net-benefit.js";
export {
  applyThreshold,
  type ChosenThreshold,
  chooseThreshold,
  mostLikelyClasses,
} from "./decisions/threshold.js";
export { type Estimate, formatEstimate } from "./estimates/estimate.js";
export { type ClassMetricEstimates, estimateClassMetrics } from "./estimates/estimate-class-metrics.js";
export { estimateMetrics, type MetricEstimates } from "./estimates/estimate-metrics.js";
export { summarize } from "./estimates/summarize.js";
export type { Interval } from "./intervals/interval.js";
export { newcombeAucInterval } from "./intervals/newcombe-auc-interval.js";
export { clopperPearson, differenceOfProportions, wilson } from "./intervals/proportions.js";
export { accuracy, balancedAccuracy, cohenKappa, matthewsCorrelation } from "./matrix/agreement.js";
export {
  f1Score,
  fBeta,
  negativeLikelihoodRatio,
  negativePredictiveValue,
  positiveLikelihoodRatio,
  positivePredictiveValue,
  precision,
  recall,
  sensitivity,
  specificity,
} from "./matrix/class-metrics.js";
export { type ClassificationReport, classificationReport } from "./matrix/classification-report.js";
export { type ConfusionMatrix, confusionMatrix } from "./matrix/confusion-matrix.js";
export { calibrationCurve, expectedCalibrationError } from "./probabilities/calibration-curve.js";
export { calibrationRegression } from "./probabilities/calibration-regression.js";
export { brierScore, logLoss } from "./probabilities/losses.js";
export {
  type PlattScaling,
  plattScaling,
  type TemperatureScaling,
  temperatureScaling,
} from "./probabilities/scaling.js";
