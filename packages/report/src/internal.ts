// For the packages of this repository only; not part of the public interface.

export type { FoldsAnalysis } from "./analysis/analyse-folds.js";
export type { ImagesAnalysis } from "./analysis/analyse-images.js";
export type { FoldsRunAnalysis, HoldoutAnalysis } from "./analysis/analyse-run.js";
export type { PublishedComparison, SplitComparison } from "./analysis/compare-matrices.js";
export type { RunComparison } from "./analysis/compare-runs.js";
export { integrityText } from "./content/integrity.js";
export { formatSummary } from "./content/words.js";
export type { AuditInput, AuditRecord } from "./run/audit-record.js";
export { checkRunFiles } from "./run/read-run.js";
export type { RunCheck } from "./verify-run.js";
export type { WrittenReport } from "./write-report.js";
