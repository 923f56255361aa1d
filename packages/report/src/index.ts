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
export {
  COMPATIBLE_FROM,
  compareWithPublished,
  type PublishedComparison,
  type PublishedFigures,
  type Share,
} from "./analysis/compare-with-published.js";
export type { FigureSummary } from "./analysis/summarize-figure.js";
export { type Limit, limitsOf } from "./content/limits.js";
export { claimChecklist } from "./documents/claim-checklist.js";
export { modelCard } from "./documents/model-card.js";
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
export { type WrittenReport, writeReport } from "./write-report.js";
