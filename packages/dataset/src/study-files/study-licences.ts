import { posix } from "node:path";
import { NORMALS_LICENSE, pathOfRecord, STUDY_LAYOUT, sourceOfPath } from "../cohorts/study-layout.js";
import { countLicences, type LicenceCount } from "../licences/count-licences.js";
import { derivativesUnder } from "../licences/derivatives-under.js";
import type { MetadataRecord } from "../records/metadata-record.js";
import { licencesText } from "./licences-text.js";
import type { StudyFile } from "./study-file.js";

/** Licences of a study's files. */
export interface StudyLicences {
  /** All of them in words, as Markdown: what `LICENCES.md` has above its last line. */
  readonly text: string;
  /** Images by source and licence; those of covid-chestxray-dataset once its metadata are there. */
  readonly images: readonly LicenceCount[];
  /** Paths of images whose licence forbids that altered copies are passed on, in the order of the files. */
  readonly noDerivatives: readonly string[];
}

/** Folder of covid-chestxray-dataset's images; its tables stand above it. */
const RADIOGRAPHS = `${STUDY_LAYOUT.radiographs}/images`;

/**
 * The licences of a manifest's files.
 *
 * @param records Records of covid-chestxray-dataset, which hold the licence of each image; `null` while its metadata
 * are not there. Images without a record count as not stated.
 */
export function studyLicences(
  files: readonly StudyFile[],
  records: readonly MetadataRecord[] | null,
): StudyLicences {
  const licenses = new Map(records?.map((record) => [pathOfRecord(record), record.license]));
  const images = files.flatMap(({ path }) => {
    const source = sourceOfPath(path);
    const folder = posix.dirname(path);
    if (folder === STUDY_LAYOUT.normals) return [{ path, source, license: NORMALS_LICENSE }];
    return folder === RADIOGRAPHS && records !== null
      ? [{ path, source, license: licenses.get(path) ?? null }]
      : [];
  });
  const counts = countLicences(images);
  const noDerivatives = images
    .filter(({ license }) => derivativesUnder(license) === "forbidden")
    .map(({ path }) => path);
  return { text: licencesText({ files, images: counts, noDerivatives }), images: counts, noDerivatives };
}
