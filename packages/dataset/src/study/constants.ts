import { folderOf, joinPath } from "../paths.js";
import type { FindingGroups, RecordFilter } from "../records/labels.js";
import type { MetadataRecord } from "../records/record.js";
import type { CohortSplitOptions } from "../splits/split-cohort.js";

/** Layout of a study folder; all paths are relative to it, with `/`. */
export const STUDY_LAYOUT = {
  metadata: "covid-chestxray-dataset/metadata.csv",
  /** Root of covid-chestxray-dataset: a record's file is `<radiographs>/<folder>/<filename>`. */
  radiographs: "covid-chestxray-dataset",
  /** Normal radiographs of chest-xray-pneumonia (Kermany et al. 2018, doi 10.17632/rscbjbr9sj.2). */
  normals: "chest_xray/train/NORMAL",
  /** The study's own list of its 304 rows. */
  list: "chestxrays.csv",
} as const;

/** The radiographs that the study selects from the metadata. */
export const STUDY_RADIOGRAPHS = { modality: "X-ray", view: "PA" } as const satisfies RecordFilter;

/** The study's classes: COVID-19, with or without ARDS, against every other diagnosis. */
export const STUDY_FINDINGS = {
  positive: ["COVID-19", "COVID-19, ARDS"],
  negative: "all-others",
  excluded: ["todo", "Unknown"],
} as const satisfies FindingGroups;

/**
 * The study's split: `predict` is held out (0.1 of all rows), `test` is its validation set (0.2 of the rest); both are
 * drawn row by row with seed 42.
 */
export const STUDY_SPLIT = {
  splits: ["train", "test", "predict"],
  testSize: 0.1,
  validationSize: 0.2,
  seed: 42,
} as const satisfies CohortSplitOptions;

/** How the study reads its images: Keras' `load_img` and `ImageDataGenerator(rescale=1/255)`. */
export const STUDY_INPUT = { height: 320, width: 382, method: "nearest", preprocessing: "rescale" } as const;

/** The study's augmentation, as `sampleAugmentation` of `@covidxr/image` takes it. Its shear is in degrees, so all but none. */
export const STUDY_AUGMENTATION = {
  rotation: 15,
  widthShift: 0.1,
  heightShift: 0.1,
  shear: 0.05,
  zoom: 0.05,
} as const;

/** Licence of chest-xray-pneumonia, all images (doi 10.17632/rscbjbr9sj.2). */
export const NORMALS_LICENSE = "CC BY 4.0";

/** Name of each dataset by the folder of its images. */
const SOURCE_OF_FOLDER: ReadonlyMap<string, string> = new Map([
  [`${STUDY_LAYOUT.radiographs}/images`, "covid-chestxray-dataset"],
  [STUDY_LAYOUT.normals, "chest-xray-pneumonia"],
]);

/** Dataset that a path relative to the study folder belongs to: its name where it is known, else its folder. */
export function sourceOfPath(path: string): string {
  const folder = folderOf(path);
  return SOURCE_OF_FOLDER.get(folder) ?? folder;
}

/** Path that {@link sourceOfPath} came from, given the source and the name of the file. */
export function pathInSource(source: string, filename: string): string {
  for (const [folder, name] of SOURCE_OF_FOLDER) if (name === source) return `${folder}/${filename}`;
  return source === "." ? filename : `${source}/${filename}`;
}

/** Path of the file that a record of covid-chestxray-dataset is of. */
export function pathOfRecord({ folder, filename }: Pick<MetadataRecord, "folder" | "filename">): string {
  return joinPath(STUDY_LAYOUT.radiographs, folder, filename);
}
