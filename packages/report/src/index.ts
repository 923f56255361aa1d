export type { FoldAnalysis, FoldsAnalysis } from "./analysis/analyse-folds.js";
export type { ImagesAnalysis } from "./analysis/analyse-images.js";
export {
  analyseRun,
  type FoldsRunAnalysis,
  type HoldoutAnalysis,
  headlineAuc,
  isHoldout,
  type RunAnalysis,
} from "./analysis/analyse-run.js";
export type { PublishedComparison, SplitComparison } from "./analysis/compare-matrices.js";
export { compareRuns, type RunComparison } from "./analysis/compare-runs.js";
export type { AuditInput, AuditRecord } from "./run/audit-record.js";
export {
  type FoldsRun,
  findOtherSplit,
  type HoldoutRun,
  listRuns,
  type RunData,
  readRun,
  readRunRecord,
  type ScoredImage,
} from "./run/read-run.js";
export type { RunFacts, RunRecord } from "./run/run-record.js";
export {
  createRun,
  type RunResumption,
  type RunStart,
  type RunWriter,
  resumeRun,
} from "./run/run-writer.js";
export type { HistoryRow } from "./run/tables.js";
export { type FinishedRun, writeRun } from "./run/write-run.js";
export { type WrittenReport, writeReport } from "./write-report.js";
