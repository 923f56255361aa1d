import { join, posix, resolve } from "node:path";
import { MetadataError } from "@covidxr/core";
import { checkArguments, checkOptions } from "@covidxr/core/internal";
import { readBytes } from "../files.js";
import { innerPath, isImageName } from "../paths.js";
import { type MetadataTable, parseMetadataTable } from "../records/parse-metadata.js";
import type { MetadataRecord } from "../records/record.js";
import { withLeftOut } from "../records/table-account.js";
import type { LeftOutRow } from "../tables/foreign-table.js";
import { type Collection, countRows, createTally, type SourceOptions } from "./collection.js";
import { listFiles } from "./list-files.js";

const METADATA = "metadata.csv";

/** Folders of a clone that hold no radiographs. */
const OTHER_FOLDERS: ReadonlySet<string> = new Set([".git", "volumes", "annotations"]);

/** Folders of a clone that may contain images, whether a row names them or not. */
const IMAGES_FOLDER = /^images[^/]*$/i;

const VOLUME_NAME = /\.nii(\.gz)?$/i;

/**
 * Reads a clone of covid-chestxray-dataset (Cohen et al. 2020, https://github.com/ieee8023/covid-chestxray-dataset) as it
 * is, of any date: the table's first versions of February 2020, the study's, and later ones, whose findings are paths such as
 * `Pneumonia/Viral/COVID-19`. The table is read as {@link readMetadata} says; `table` and `remarks` say what was left out and
 * what became missing.
 *
 * - A file in several rows has several records. Where these name several patients, `splitByPatient` keeps them together, and an
 *   audit reports the file.
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
 * @param options.view View of the images whose rows do not state one. @defaultValue unknown
 * @param options.modality Modality of the images whose rows do not state one: the first versions have no such column.
 * @defaultValue unknown
 * @throws {FileError} `"missing"`, `"not-a-directory"`, `"unreadable"`, or `"corrupt"` as {@link readMetadata}.
 * @throws {MetadataError} as {@link readMetadata} does, and `"invalid-value"` for a file outside the clone.
 * @throws {InterruptedError} when `signal` fires.
 */
export async function readCovidChestXray(
  folder: string,
  options: Pick<SourceOptions, "view" | "modality" | "signal"> = {},
): Promise<Collection> {
  checkArguments({ folder }, { folder: "string" });
  checkOptions(options, { view: "string?", modality: "string?", signal: "object?" });
  const { view = "", modality = "" } = options;
  const root = resolve(folder);
  const skip = (path: string): boolean => OTHER_FOLDERS.has(path);
  // Other files of a clone do not matter; images that no row names are counted below.
  const files = await listFiles(root, { tally: createTally(), skip, signal: options.signal });
  const metadata = join(root, METADATA);
  const read = await readMetadataTable(metadata);
  const records: MetadataRecord[] = [];
  const volumes: LeftOutRow[] = [];
  for (const record of read.records) {
    const path = pathOf(record, metadata);
    if (path.startsWith("volumes/") || VOLUME_NAME.test(path)) {
      volumes.push({ line: record.line, reason: "rows of CT volumes (volumes/, .nii, .nii.gz)", name: path });
    } else {
      records.push({ ...record, view: record.view || view, modality: record.modality || modality });
    }
  }
  // A file that several rows name is looked for once.
  const paths = records.map((record) => pathOf(record, metadata));
  const distinct = [...new Set(paths)];
  const places = findPlaces(distinct, files);
  const moved = distinct.flatMap((from, place) => {
    const to = places[place];
    return to === undefined ? [] : [{ from, to }];
  });
  const placeOf = new Map(moved.map(({ from, to }) => [from, to]));
  const corrected = records.map((record, place) => moveTo(record, placeOf.get(paths[place]!)));
  const tally = createTally();
  const named = new Set(corrected.map((record) => pathOf(record, metadata)));
  for (const path of files) {
    if (isImageName(posix.basename(path)) && !named.has(path)) tally.add("images that no row names", path);
  }
  const table = withLeftOut(read.table, volumes);
  return {
    source: "covid-chestxray-dataset",
    root,
    records: corrected,
    moved,
    leftOut: [...countRows(table), ...tally.list()],
    remarks: read.remarks,
    table,
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
 * Every version that was published is read. Columns are found by name without case, spaces and underscores, by the names of
 * all versions. A column that a version does not have is unknown in all its records; without `folder`, images lie in
 * `images`. The table may be UTF-8, UTF-16 or Windows-1252, and separated by commas, semicolons, tabs or `|`.
 *
 * - A cell of a column of numbers that is none (`?`, `38.6° C`, `>50`) is missing.
 * - A row without a value or file name, or with more or fewer fields than the header, is left out.
 * - A file in several rows has several records, under several patients too.
 *
 * {@link readCovidChestXray} lists all of these.
 *
 * @returns One record for each row that is not left out, in file order.
 * @throws {FileError} `"missing"`, `"unreadable"`, or `"corrupt"` when the file is something else, such as an Excel workbook, or
 * in another encoding.
 * @throws {MetadataError} `"missing-column"` (finding or filename), `"broken-row"` (an unclosed quote), `"duplicate-key"` (two
 * columns of one required name that differ), `"invalid-value"` (a damaged character in a file name, finding, patient, view,
 * modality or folder) or `"empty"`.
 */
export async function readMetadata(path: string): Promise<MetadataRecord[]> {
  return [...(await readMetadataTable(path)).records];
}

/** As {@link readMetadata}, with an account of the table: encoding, rows left out, cells that became missing. */
export async function readMetadataTable(path: string): Promise<MetadataTable> {
  return parseMetadataTable(await readBytes(path), path);
}
