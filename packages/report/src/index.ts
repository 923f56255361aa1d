export type { FoldAnalysis, FoldFigure, FoldFigureName, FoldsAnalysis } from "./analysis/analyse-folds.js";
export type { ImagesAnalysis } from "./analysis/analyse-images.js";
export {
  analyseRun,
  type FoldsRunAnalysis,
  type HoldoutAnalysis,
  isHoldout,
  type RunAnalysis,
} from "./analysis/analyse-run.js";
export type { CohortFacts, SourceCounts } from "./analysis/cohort-facts.js";
export { type ComparedFigure, compareRuns, type RunComparison } from "./analysis/compare-runs.js";
export { compareSplits, type SplitComparison, type SplitFigures } from "./analysis/compare-splits.js";
export {
  COMPATIBLE_FROM,
  compareWithPublished,
  type PublishedComparison,
  type PublishedFigures,
} from "./analysis/compare-with-published.js";
export type { MatrixShares, Share } from "./analysis/share.js";
export { splitRecordOf } from "./analysis/split-record-of.js";
export type { FigureSummary } from "./analysis/summarize-figure.js";
export type { Limit } from "./content/limit.js";
export { limitsOf } from "./content/limits.js";
export { claimChecklist } from "./documents/claim-checklist.js";
export { modelCard } from "./documents/model-card.js";
export { type OtherSplitRecord, readOtherSplit, type SplitRule } from "./run/other-split.js";
export {
  type AuditCopy,
  type AuditFinding,
  type AuditProbe,
  type AuditRecord,
  readAudit,
} from "./run/read-audit.js";
export { readRun } from "./run/read-run.js";
export type {
  Fold,
  FoldGrouping,
  FoldsRun,
  HistoryRow,
  HoldoutRun,
  ImageSet,
  RunBasics,
  RunData,
  ScoredImage,
} from "./run/run-data.js";
export type { RunRecord } from "./run/run-record.js";
export { type TimedHistoryRow, writeHistory } from "./run/write-history.js";
export { type PredictionRow, writePredictions } from "./run/write-predictions.js";
export { type FinishedRun, writeRun } from "./run/write-run.js";
export { type WrittenReport, writeReport } from "./write-report.js";
