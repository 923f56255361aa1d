export type { Collection, LeftOut } from "./adapters/collection.js";
export { readChestXrayPneumonia } from "./adapters/read-chest-xray-pneumonia.js";
export { type ClassFoldersOptions, readClassFolders } from "./adapters/read-class-folders.js";
export { readCovidChestXray } from "./adapters/read-covid-chest-xray.js";
export {
  type ImageTableColumns,
  type ImageTableOptions,
  readImageTable,
} from "./adapters/read-image-table.js";
export type { SourceOptions } from "./adapters/source-options.js";
export {
  type UnpackOptions,
  type UnpackProgress,
  type UnpackResult,
  unpackArchive,
} from "./adapters/unpack-archive.js";
export { assertUsable } from "./cohorts/assert-usable.js";
export { balance } from "./cohorts/balance.js";
export { type CohortSteps, cohortFlow, type FlowChange, type FlowStep } from "./cohorts/cohort-flow.js";
export { cohortFromList } from "./cohorts/cohort-from-list.js";
export { type CohortFromRecordsOptions, cohortFromRecords } from "./cohorts/cohort-from-records.js";
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
export { countLicences, type LicenceCount } from "./licences/count-licences.js";
export { type Derivatives, derivativesUnder } from "./licences/derivatives-under.js";
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
export {
  type FetchedLicences,
  type FetchedStudy,
  type FetchStudyOptions,
  fetchStudy,
} from "./study-files/fetch-study.js";
export { parseManifest } from "./study-files/parse-manifest.js";
export { readManifest } from "./study-files/read-manifest.js";
export type { StudyFile } from "./study-files/study-file.js";
export { studyFiles } from "./study-files/study-files.js";
export { type StudyLicences, studyLicences } from "./study-files/study-licences.js";
export { requireColumn, type Table, type TableRow } from "./tables/parse-table.js";
export { readTable } from "./tables/read-table.js";
