import { posix } from "node:path";
import type { MetadataRecord } from "../records/record.js";

/** Where things stand inside a study folder; all paths relative to it, with `/`. */
export const STUDY_LAYOUT = {
  metadata: "covid-chestxray-dataset/metadata.csv",
  /** Root of covid-chestxray-dataset: a record's file is `<radiographs>/<folder>/<filename>`. */
  radiographs: "covid-chestxray-dataset",
  /** Normal radiographs of chest-xray-pneumonia (Kermany et al. 2018, doi 10.17632/rscbjbr9sj.2). */
  normals: "chest_xray/train/NORMAL",
  /** The study's own list of its 304 rows. */
  list: "chestxrays.csv",
} as const;

/** Licence of chest-xray-pneumonia, all images (doi 10.17632/rscbjbr9sj.2). */
export const NORMALS_LICENSE = "CC BY 4.0";

/** Name of each dataset by the folder that its images stand in. */
const SOURCE_OF_FOLDER: ReadonlyMap<string, string> = new Map([
  [`${STUDY_LAYOUT.radiographs}/images`, "covid-chestxray-dataset"],
  [STUDY_LAYOUT.normals, "chest-xray-pneumonia"],
]);

/** Dataset that a path relative to the study folder belongs to: its name where it is known, else its folder. */
export function sourceOfPath(path: string): string {
  const folder = posix.dirname(path);
  return SOURCE_OF_FOLDER.get(folder) ?? folder;
}

/** Path that {@link sourceOfPath} came from, given the source and the name of the file. */
export function pathInSource(source: string, filename: string): string {
  for (const [folder, name] of SOURCE_OF_FOLDER) if (name === source) return `${folder}/${filename}`;
  return source === "." ? filename : `${source}/${filename}`;
}

/** Path of the file that a record of covid-chestxray-dataset is of. */
export function pathOfRecord({ folder, filename }: Pick<MetadataRecord, "folder" | "filename">): string {
  return posix.join(STUDY_LAYOUT.radiographs, folder, filename);
}
