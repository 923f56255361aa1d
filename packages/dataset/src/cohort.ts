export { type CohortSteps, cohortFlow, type FlowStep } from "./cohort/cohort-flow.js";
export {
  assertUsable,
  type CohortRow,
  cohortFromRecords,
  markUnreadable,
  patientKey,
  type SplitSummary,
  summarizeSplits,
} from "./cohort/cohort-row.js";
export { assertNoLeakage, findLeakage, type ImageIdentity } from "./cohort/leakage.js";
export { countLicences, derivativesUnder, type LicenceCount } from "./cohort/licences.js";
export {
  countFindings,
  countLabels,
  type FindingCount,
  type FindingGroups,
  filterRecords,
  groupFindings,
  type Label,
  type LabelCounts,
  type LabelledRecord,
  type RecordFilter,
} from "./records/labels.js";
export { parseMetadata } from "./records/parse-metadata.js";
export type { MetadataRecord } from "./records/record.js";
export { RandomState } from "./splits/random-state.js";
export { type CohortSplitOptions, splitCohort } from "./splits/split-cohort.js";
export { type StratifiedGroupKFoldOptions, stratifiedGroupKFold } from "./splits/stratified-group-k-fold.js";
export { type TrainTestSplitOptions, trainTestSplit } from "./splits/train-test-split.js";
// All that needs no files, so that it runs in a browser: records, labels, cohorts, splits and their leaks.
