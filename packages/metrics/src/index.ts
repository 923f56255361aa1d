export { type ConfusionMatrixOptions, confusionMatrix } from "./confusion/confusion-matrix.js";
export { accuracy } from "./figures/accuracy.js";
export { f1Score } from "./figures/f1-score.js";
export { precision } from "./figures/precision.js";
export { recall } from "./figures/recall.js";
export { sensitivity } from "./figures/sensitivity.js";
export { specificity } from "./figures/specificity.js";
export type { ConfusionMatrix } from "./internal/checks.js";
export type { UndefinedOptions } from "./internal/undefined-figures.js";
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
export { type RocCurve, rocCurve } from "./roc/roc-curve.js";
export { applyThreshold } from "./threshold/apply-threshold.js";
