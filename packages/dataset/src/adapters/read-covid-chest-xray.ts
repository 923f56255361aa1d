import { join, posix, resolve } from "node:path";
import { MetadataError } from "@covidxr/core";
import { checkArguments, checkOptions } from "@covidxr/core/internal";
import { readBytes } from "../files.js";
import { innerPath, isImageName } from "../paths.js";
import { parseMetadata } from "../records/parse-metadata.js";
import type { MetadataRecord } from "../records/record.js";
import { type Collection, createTally } from "./collection.js";
import { listFiles } from "./list-files.js";

const METADATA = "metadata.csv";

/** Folders of a clone that hold no radiographs. */
const OTHER_FOLDERS: ReadonlySet<string> = new Set([".git", "volumes", "annotations"]);

/** Folders of a clone that may contain images, whether a row names them or not. */
const IMAGES_FOLDER = /^images[^/]*$/i;

const VOLUME_NAME = /\.nii(\.gz)?$/i;

/**
 * Reads a clone of covid-chestxray-dataset (Cohen et al. 2020, https://github.com/ieee8023/covid-chestxray-dataset) as it
 * is: the study's version or a later one, whose findings are paths such as `Pneumonia/Viral/COVID-19`.
 *
 * - Rows of CT volumes (folder `volumes`, or a file `.nii` or `.nii.gz`) are left out and counted.
 * - A file that is not where its row says is looked for by its name: in the folders that rows of the table name, in those
 *   of the clone whose names begin with `images`, and in the clone itself, not in folders below them nor in others (such as
 *   `results/masks`), where files of that name may be made from the image. Then, for a name without extension (some
 *   versions have such), by that name with `.jpg`, `.jpeg` or `.png`. Where exactly one image has it that no other row
 *   names, the record is corrected and listed in `moved`; where several have it, nothing is guessed.
 * - Records whose file is missing are kept: {@link locateFiles} marks them as missing.
 * - Images that no row names are counted, those of `volumes` and `annotations` aside.
 * - Rows without a diagnosis (`todo`, `Unknown`) stay: {@link groupFindings} can exclude them.
 *
 * @param folder The clone: the folder with `metadata.csv`.
 * @returns Records in the order of the table.
 * @throws {FileError} `"missing"`, `"not-a-directory"`, `"unreadable"`, or `"corrupt"` when the table is not UTF-8.
 * @throws {MetadataError} as {@link readMetadata} does, and `"invalid-value"` for a file outside the clone. The first
 * versions of March 2020, whose table has no columns `modality` and `folder`, are a `"missing-column"`.
 * @throws {InterruptedError} when `signal` fires.
 */
export async function readCovidChestXray(
  folder: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Collection> {
  checkArguments({ folder }, { folder: "string" });
  checkOptions(options, { signal: "object?" });
  const root = resolve(folder);
  const skip = (path: string): boolean => OTHER_FOLDERS.has(path);
  // Other files of a clone do not matter; images that no row names are counted below.
  const files = await listFiles(root, { tally: createTally(), skip, signal: options.signal });
  const metadata = join(root, METADATA);
  const all = await readMetadata(metadata);
  const tally = createTally();
  const records: MetadataRecord[] = [];
  for (const record of all) {
    const path = pathOf(record, metadata);
    if (path.startsWith("volumes/") || VOLUME_NAME.test(path)) {
      tally.add("rows of CT volumes (volumes/, .nii, .nii.gz)", path);
    } else records.push(record);
  }
  const paths = records.map((record) => pathOf(record, metadata));
  const places = findPlaces(paths, files);
  const corrected = records.map((record, place) => moveTo(record, places[place]));
  const moved = paths.flatMap((from, place) => {
    const to = places[place];
    return to === undefined ? [] : [{ from, to }];
  });
  const named = new Set(corrected.map((record) => pathOf(record, metadata)));
  for (const path of files) {
    if (isImageName(posix.basename(path)) && !named.has(path)) tally.add("images that no row names", path);
  }
  return {
    source: "covid-chestxray-dataset",
    root,
    records: corrected,
    moved,
    leftOut: tally.list(),
  };
}

function pathOf(record: MetadataRecord, metadata: string): string {
  const path = innerPath(record.folder, record.filename);
  if (path !== null) return path;
  const named = `${record.folder}/${record.filename}`;
  throw new MetadataError({
    path: metadata,
    line: record.line,
    reason: "invalid-value",
    column: "folder",
    message: `expected a file inside the clone, got "${named}"; correct folder and filename`,
  });
}

function moveTo(record: MetadataRecord, path: string | undefined): MetadataRecord {
  if (path === undefined) return record;
  return { ...record, folder: posix.dirname(path), filename: posix.basename(path) };
}

/** For each path the actual path of its file; `undefined` where it is in place, missing, or ambiguous. */
function findPlaces(paths: readonly string[], files: readonly string[]): (string | undefined)[] {
  const present = new Set(files);
  const folders = new Set(paths.map((path) => posix.dirname(path)));
  const eligible = files.filter((file) => {
    const folder = posix.dirname(file);
    return folder === "." || IMAGES_FOLDER.test(folder) || folders.has(folder);
  });
  const claimed = new Set(paths.filter((path) => present.has(path)));
  const places = new Array<string | undefined>(paths.length);
  const search = (nameOf: (path: string) => string, isSought: (path: string) => boolean): void => {
    const sought = new Map<string, number[]>();
    for (const [index, path] of paths.entries()) {
      if (present.has(path) || places[index] !== undefined || !isSought(path)) continue;
      const name = posix.basename(path);
      sought.set(name, [...(sought.get(name) ?? []), index]);
    }
    const found = new Map<string, string[]>();
    for (const file of eligible) {
      if (claimed.has(file) || !isImageName(posix.basename(file))) continue;
      const name = nameOf(file);
      if (sought.has(name)) found.set(name, [...(found.get(name) ?? []), file]);
    }
    for (const [name, [file, ...others]] of found) {
      const [index, ...rivals] = sought.get(name)!;
      if (others.length > 0 || rivals.length > 0) continue;
      places[index!] = file!;
      claimed.add(file!);
    }
  };
  search(posix.basename, () => true);
  search(
    (file) => posix.basename(file, posix.extname(file)),
    (path) => !isImageName(posix.basename(path)),
  );
  return places;
}

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
 * (an invalid number; a blank patientid, folder or filename) or `"empty"`.
 */
export async function readMetadata(path: string): Promise<MetadataRecord[]> {
  return parseMetadata(await readBytes(path), path);
}
