import { parseManifest } from "./parse-manifest.js";
import type { StudyFile } from "./study-file.js";
import { STUDY_FILES_TABLE } from "./study-files-table.js";

/**
 * The 303 files of the study: metadata and 195 radiographs of covid-chestxray-dataset at the commit that the study read,
 * its list, and the 106 distinct normals of its draw as its own repository publishes them. The length of five
 * radiographs is not known, only their git blob SHA-1.
 */
export function studyFiles(): StudyFile[] {
  return parseManifest(STUDY_FILES_TABLE, "the study's manifest");
}
