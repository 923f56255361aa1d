import { readBytes } from "../tables/read-bytes.js";
import type { MetadataRecord } from "./metadata-record.js";
import { parseMetadata } from "./parse-metadata.js";

/**
 * Reads `metadata.csv` of covid-chestxray-dataset (Cohen et al. 2020, https://github.com/ieee8023/covid-chestxray-dataset).
 *
 * Columns are found by name without case, spaces and underscores, so every generation of the header that has the
 * six columns named below is read. The key of a row is its `filename`. Nothing is guessed: what cannot be read is
 * an error with its line.
 *
 * @returns One record for each row, in file order; at least one.
 * @throws {FileError} `"missing"`, `"unreadable"`, or `"corrupt"` when the file is not UTF-8.
 * @throws {MetadataError} `"missing-column"` (patientid, finding, view, modality, folder or filename),
 * `"broken-row"` (number of fields, quotes), `"duplicate-key"` (a file name or column twice), `"invalid-value"`
 * (a number that is none; a blank patientid, folder or filename) or `"empty"`.
 */
export async function readMetadata(path: string): Promise<MetadataRecord[]> {
  return parseMetadata(await readBytes(path), path);
}
