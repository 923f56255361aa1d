export { listImages } from "./cohort/image-files.js";
export {
  STUDY_AUGMENTATION,
  STUDY_FINDINGS,
  STUDY_INPUT,
  STUDY_LAYOUT,
  STUDY_RADIOGRAPHS,
  STUDY_SPLIT,
} from "./study/constants.js";
export { type FetchedStudy, type FetchStudyOptions, fetchStudy } from "./study/fetch-study.js";
export { readManifest, type StudyFile, studyFiles } from "./study/manifest.js";
export { organize } from "./study/organize.js";
export { balance, cohortFromList, readStudyList, studyFlow, writeStudyList } from "./study/study-cohort.js";
// The published study: its files, its choices, and how it made its cohort.
