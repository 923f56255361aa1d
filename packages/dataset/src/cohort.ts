export { cohortFlow } from "./cohort/cohort-flow.js";
export {
  assertUsable,
  type CohortRow,
  cohortFromRecords,
  markUnreadable,
  patientKey,
  summarizeSplits,
} from "./cohort/cohort-row.js";
export { assertNoLeakage, findLeakage } from "./cohort/leakage.js";
export { derivativesUnder } from "./cohort/licences.js";
export { countFindings, countLabels, filterRecords, groupFindings } from "./records/labels.js";
export { parseMetadata } from "./records/parse-metadata.js";
export type { MetadataRecord } from "./records/record.js";
export { RandomState } from "./splits/random-state.js";
export { splitCohort } from "./splits/split-cohort.js";
export { stratifiedGroupKFold } from "./splits/stratified-group-k-fold.js";
export { trainTestSplit } from "./splits/train-test-split.js";
// All that needs no files, so that it runs in a browser: records, labels, cohorts, splits and their leaks.
