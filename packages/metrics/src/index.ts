export { aucStatistic } from "./bootstrap/auc-statistic.js";
export { type BootstrapInterval, type BootstrapOptions, bootstrap } from "./bootstrap/bootstrap.js";
export { figureStatistic } from "./bootstrap/figure-statistic.js";
export type { BandOptions } from "./bootstrap/pointwise-band.js";
export { type PrecisionRecallBand, precisionRecallBand } from "./bootstrap/precision-recall-band.js";
export type { Draw, ResamplingOptions } from "./bootstrap/resampler.js";
export { type RocBand, rocBand } from "./bootstrap/roc-band.js";
export {
  type CalibrationBin,
  type CalibrationCurveOptions,
  calibrationCurve,
} from "./calibration/calibration-curve.js";
export { type CalibrationRegression, calibrationRegression } from "./calibration/calibration-regression.js";
export { expectedCalibrationError } from "./calibration/expected-calibration-error.js";
export {
  type MultiClassTemperatureScaling,
  multiClassTemperatureScaling,
} from "./calibration/multi-class-temperature-scaling.js";
export { type PlattScaling, plattScaling } from "./calibration/platt-scaling.js";
export type { BinOptions } from "./calibration/probability-bins.js";
export { type TemperatureScaling, temperatureScaling } from "./calibration/temperature-scaling.js";
export { topLabelCalibrationError } from "./calibration/top-label-calibration-error.js";
export { fisherExactTest, type TwoByTwoTable } from "./comparison/fisher-exact-test.js";
export { type McnemarTest, mcnemarTest, type PairedPredictions } from "./comparison/mcnemar-test.js";
export { formatPValue, holm } from "./comparison/p-values.js";
export {
  mutualInformation,
  type PermutationTest,
  type PermutationTestOptions,
  permutationTest,
} from "./comparison/permutation-test.js";
export { type ConfusionMatrixOptions, confusionMatrix } from "./confusion/confusion-matrix.js";
export { type NetBenefitOptions, type NetBenefitPoint, netBenefit } from "./decision-curve/net-benefit.js";
export type { Estimate, IntervalMethod } from "./estimates/estimate.js";
export {
  ESTIMATE_DEFAULTS,
  type EstimateFiguresOptions,
  estimateFigures,
  type FigureEstimates,
} from "./estimates/estimate-figures.js";
export { formatEstimate, formatFigure } from "./estimates/format-estimate.js";
export { type Summary, summarize } from "./estimates/summarize.js";
export { accuracy } from "./figures/accuracy.js";
export { type BalancedAccuracyOptions, balancedAccuracy } from "./figures/balanced-accuracy.js";
export { type CohenKappaOptions, cohenKappa } from "./figures/cohen-kappa.js";
export { type FBetaOptions, fBeta } from "./figures/f-beta.js";
export { f1Score } from "./figures/f1-score.js";
export { matthewsCorrelation } from "./figures/matthews-correlation.js";
export { negativeLikelihoodRatio } from "./figures/negative-likelihood-ratio.js";
export { negativePredictiveValue } from "./figures/negative-predictive-value.js";
export { positiveLikelihoodRatio } from "./figures/positive-likelihood-ratio.js";
export { positivePredictiveValue } from "./figures/positive-predictive-value.js";
export { precision } from "./figures/precision.js";
export { recall } from "./figures/recall.js";
export { sensitivity } from "./figures/sensitivity.js";
export { specificity } from "./figures/specificity.js";
export type { ConfusionMatrix } from "./internal/checks.js";
export { LOG_LOSS_DEFAULTS, type LogLossOptions } from "./internal/log-loss-options.js";
export type { PredictiveValueOptions } from "./internal/prevalence.js";
export type { UndefinedOptions } from "./internal/undefined-figures.js";
export { clopperPearson } from "./intervals/clopper-pearson.js";
export {
  type DifferenceOfProportions,
  differenceOfProportions,
  type Proportion,
} from "./intervals/difference-of-proportions.js";
export type { Interval, LevelOptions } from "./intervals/interval.js";
export { wilson } from "./intervals/wilson.js";
export { averagePrecision } from "./precision-recall/average-precision.js";
export {
  type PrecisionRecallCurve,
  precisionRecallCurve,
} from "./precision-recall/precision-recall-curve.js";
export { brierScore } from "./probability/brier-score.js";
export { logLoss } from "./probability/log-loss.js";
export { multiClassBrierScore } from "./probability/multi-class-brier-score.js";
export { multiClassLogLoss } from "./probability/multi-class-log-loss.js";
export {
  CLASSIFICATION_REPORT_DEFAULTS,
  type ClassificationReport,
  type ClassificationReportOptions,
  type ClassReport,
  classificationReport,
  type ReportFigures,
  type UndefinedFigure,
} from "./report/classification-report.js";
export { auc } from "./roc/auc.js";
export { type DelongEstimate, delong } from "./roc/delong.js";
export { type DelongComparison, delongTest } from "./roc/delong-test.js";
export {
  type ClassComparison,
  type MultiClassAuc,
  type MultiClassAucOptions,
  multiClassAuc,
} from "./roc/multi-class-auc.js";
export { newcombeAucInterval } from "./roc/newcombe-auc-interval.js";
export { type RocCurve, rocCurve } from "./roc/roc-curve.js";
export { applyThreshold } from "./threshold/apply-threshold.js";
export {
  type ChosenThreshold,
  chooseThreshold,
  type ThresholdCriterion,
  type ThresholdData,
} from "./threshold/choose-threshold.js";
