export { assertUsable } from "./cohorts/assert-usable.js";
export { balance } from "./cohorts/balance.js";
export { type CohortSteps, cohortFlow, type FlowChange, type FlowStep } from "./cohorts/cohort-flow.js";
export { cohortFromList } from "./cohorts/cohort-from-list.js";
export { type CohortRow, SPLITS, type Split, STATUSES, type Status } from "./cohorts/cohort-row.js";
export { countLabels, type LabelCounts } from "./cohorts/count-labels.js";
export { listImages } from "./cohorts/list-images.js";
export { locateFiles } from "./cohorts/locate-files.js";
export { markUnreadable } from "./cohorts/mark-unreadable.js";
export { organize } from "./cohorts/organize.js";
export { patientKey } from "./cohorts/patient-key.js";
export { patientOfNormal } from "./cohorts/patient-of-normal.js";
export { readCohort } from "./cohorts/read-cohort.js";
export { readStudyList, type StudyList, type StudyListRow } from "./cohorts/read-study-list.js";
export { STUDY_LAYOUT } from "./cohorts/study-layout.js";
export { type SplitSummary, summarizeSplits } from "./cohorts/summarize-splits.js";
export { writeCohort } from "./cohorts/write-cohort.js";
export { writeStudyList } from "./cohorts/write-study-list.js";
export { assertNoLeakage } from "./leakage/assert-no-leakage.js";
export { findLeakage } from "./leakage/find-leakage.js";
export type { ImageIdentity } from "./leakage/image-identity.js";
export { countFindings, type FindingCount } from "./records/count-findings.js";
export { type FilterField, filterRecords, type RecordFilter } from "./records/filter-records.js";
export {
  type FindingGroups,
  groupFindings,
  type Label,
  type LabelledRecord,
  STUDY_FINDINGS,
} from "./records/group-findings.js";
export type { MetadataRecord } from "./records/metadata-record.js";
export { parseMetadata } from "./records/parse-metadata.js";
export { readMetadata } from "./records/read-metadata.js";
export type { ClassName } from "./splits/encode-classes.js";
export { RandomState } from "./splits/random-state.js";
export { type SplitCohortOptions, STUDY_SPLIT, splitCohort } from "./splits/split-cohort.js";
export type { SplitSizes } from "./splits/split-sizes.js";
export { type StratifiedGroupKFoldOptions, stratifiedGroupKFold } from "./splits/stratified-group-k-fold.js";
export {
  type TrainTestSplit,
  type TrainTestSplitOptions,
  trainTestSplit,
} from "./splits/train-test-split.js";
export { requireColumn, type Table, type TableRow } from "./tables/parse-table.js";
export { readTable } from "./tables/read-table.js";
