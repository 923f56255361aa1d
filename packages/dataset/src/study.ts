export { listImages } from "./cohort/image-files.js";
export { STUDY_FINDINGS, STUDY_RADIOGRAPHS, STUDY_SPLIT } from "./study/constants.js";
export { fetchStudy } from "./study/fetch-study.js";
export { organize } from "./study/organize.js";
export { balance, cohortFromList, readStudyList, writeStudyList } from "./study/study-cohort.js";
// The published study: its files, its choices, and how it made its cohort.
