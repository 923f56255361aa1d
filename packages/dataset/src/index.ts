export type { Collection } from "./adapters/collection.js";
export { readChestXrayPneumonia } from "./adapters/read-chest-xray-pneumonia.js";
export { readClassFolders } from "./adapters/read-class-folders.js";
export { readCovidChestXray, readMetadata } from "./adapters/read-covid-chest-xray.js";
export { readCovidx } from "./adapters/read-covidx.js";
export { readImageTable } from "./adapters/read-image-table.js";
export { readRsnaPneumonia, readVinDrCxr } from "./adapters/read-label-tables.js";
export { readListedImages } from "./adapters/read-listed-images.js";
export { readNihChestXray } from "./adapters/read-nih-chest-xray.js";
export { unpackArchive } from "./adapters/unpack-archive.js";
export { readCohort, writeCohort } from "./cohort/cohort-file.js";
export { cohortFlow } from "./cohort/cohort-flow.js";
export {
  assertUsable,
  type CohortRow,
  cohortFromRecords,
  markUnreadable,
  patientKey,
  summarizeSplits,
} from "./cohort/cohort-row.js";
export { locateFiles } from "./cohort/image-files.js";
export { assertNoLeakage, findLeakage } from "./cohort/leakage.js";
export { derivativesUnder } from "./cohort/licences.js";
export { countFindings, countLabels, filterRecords, groupFindings } from "./records/labels.js";
export { parseMetadata } from "./records/parse-metadata.js";
export type { MetadataRecord } from "./records/record.js";
export { RandomState } from "./splits/random-state.js";
export { splitCohort } from "./splits/split-cohort.js";
export { stratifiedGroupKFold } from "./splits/stratified-group-k-fold.js";
export { trainTestSplit } from "./splits/train-test-split.js";
