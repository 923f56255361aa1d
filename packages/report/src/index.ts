export { analyseRun, headlineAuc, isHoldout, type RunAnalysis } from "./analysis/analyse-run.js";
export { compareRuns } from "./analysis/compare-runs.js";
export { createRun, resumeRun } from "./run/open-run.js";
export { findOtherSplit, listRuns, type RunData, readRun, readRunRecord } from "./run/read-run.js";
export type { RunRecord } from "./run/run-record.js";
export type { RunWriter } from "./run/run-writer.js";
export { type FinishedRun, writeRun } from "./run/write-run.js";
export { type RunVerification, verifyRun } from "./verify-run.js";
export { writeReport } from "./write-report.js";
