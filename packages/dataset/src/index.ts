export type { Collection, LeftOut, SourceOptions } from "./adapters/collection.js";
export { patientOfNormal, readChestXrayPneumonia } from "./adapters/read-chest-xray-pneumonia.js";
export { type ClassFoldersOptions, readClassFolders } from "./adapters/read-class-folders.js";
export { readCovidChestXray, readMetadata } from "./adapters/read-covid-chest-xray.js";
export {
  type ImageTableColumns,
  type ImageTableOptions,
  readImageTable,
} from "./adapters/read-image-table.js";
export {
  type UnpackOptions,
  type UnpackProgress,
  type UnpackResult,
  unpackArchive,
} from "./adapters/unpack-archive.js";
export { readCohort, writeCohort } from "./cohort/cohort-file.js";
export { type CohortSteps, cohortFlow, type FlowChange, type FlowStep } from "./cohort/cohort-flow.js";
export {
  assertUsable,
  type CohortFromRecordsOptions,
  type CohortRow,
  cohortFromRecords,
  markUnreadable,
  patientKey,
  SPLITS,
  type Split,
  type SplitSummary,
  STATUSES,
  type Status,
  summarizeSplits,
} from "./cohort/cohort-row.js";
export { listImages, locateFiles } from "./cohort/image-files.js";
export type { ImageIdentity } from "./cohort/leakage.js";
export { assertNoLeakage, findLeakage } from "./cohort/leakage.js";
export { countLicences, type Derivatives, derivativesUnder, type LicenceCount } from "./cohort/licences.js";
export {
  countFindings,
  countLabels,
  type FilterField,
  type FindingCount,
  type FindingGroups,
  filterRecords,
  groupFindings,
  type Label,
  type LabelCounts,
  type LabelledRecord,
  type RecordFilter,
  STUDY_FINDINGS,
} from "./records/labels.js";
export { parseMetadata } from "./records/parse-metadata.js";
export type { MetadataRecord } from "./records/record.js";
export { RandomState } from "./splits/random-state.js";
export { type SplitCohortOptions, STUDY_SPLIT, splitCohort } from "./splits/split-cohort.js";
export { type StratifiedGroupKFoldOptions, stratifiedGroupKFold } from "./splits/stratified-group-k-fold.js";
export type { ClassName, SplitSizes } from "./splits/train-test-split.js";
export {
  type TrainTestSplit,
  type TrainTestSplitOptions,
  trainTestSplit,
} from "./splits/train-test-split.js";
export { STUDY_LAYOUT } from "./study/constants.js";
export {
  type FetchedLicences,
  type FetchedStudy,
  type FetchStudyOptions,
  fetchStudy,
} from "./study/fetch-study.js";
export { type StudyLicences, studyLicences } from "./study/licences.js";
export type { StudyFile } from "./study/manifest.js";
export { parseManifest, readManifest, studyFiles } from "./study/manifest.js";
export { organize } from "./study/organize.js";
export {
  balance,
  cohortFromList,
  readStudyList,
  type StudyList,
  type StudyListRow,
  writeStudyList,
} from "./study/study-cohort.js";
export { readTable } from "./tables/read-table.js";
export { requireColumn, type Table, type TableRow } from "./tables/table.js";
