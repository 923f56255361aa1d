// For the packages of this repository only; not part of the public interface.

export type { ClassFoldersOptions } from "./adapters/read-class-folders.js";
export { readMetadataTable } from "./adapters/read-covid-chest-xray.js";
export type { FlowStep } from "./cohort/cohort-flow.js";
export type { SplitSummary } from "./cohort/cohort-row.js";
export type { ImageIdentity } from "./cohort/leakage.js";
export { countLicences, type Derivatives, type LicenceCount } from "./cohort/licences.js";
export { readTable } from "./files.js";
export type { ImageFacts } from "./records/facts.js";
export type { FindingCount, Label, LabelCounts } from "./records/labels.js";
export type { MetadataTable } from "./records/parse-metadata.js";
export type { CohortSplitOptions } from "./splits/split-cohort.js";
export { STUDY_AUGMENTATION, STUDY_INPUT, STUDY_LAYOUT } from "./study/constants.js";
export type { FetchedStudy } from "./study/fetch-study.js";
export { studyFiles } from "./study/manifest.js";
export { studyFlow } from "./study/study-cohort.js";
export { verifyStudy } from "./study/verify-study.js";
export { requireColumn, type Table, type TableRow } from "./table.js";
