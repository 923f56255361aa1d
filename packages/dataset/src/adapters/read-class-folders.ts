import { posix, resolve } from "node:path";
import { EmptySelectionError, InvalidArgumentError } from "@covidxr/core";
import { checkArguments, checkOptions } from "@covidxr/core/internal";
import { sourceOfFolder } from "../files.js";
import { isImageName } from "../paths.js";
import { blankRecord, type MetadataRecord } from "../records/record.js";
import {
  type Collection,
  createTally,
  isDrawingName,
  LEFT_OUT,
  requireSource,
  SOURCE,
  type SourceOptions,
} from "./collection.js";
import { listFiles } from "./list-files.js";

/** Options of {@link readClassFolders}. */
export interface ClassFoldersOptions extends SourceOptions {
  /** @defaultValue the folder's path from the working directory; its whole path where it lies elsewhere */
  readonly source?: string;
  /**
   * Patient of an image by its path relative to the folder, such as `"covid/p7/1.png"`; `null` where unknown.
   * Without it no patient is known, and splits can keep files together only.
   */
  readonly patientOf?: (path: string) => string | null;
}

/**
 * Reads images from one folder for each class, such as `covid/…` and `normal/…`; folders below them are read
 * too. The finding is the name of the class folder.
 *
 * Images are files, or links to files, that end in `.jpg`, `.jpeg` or `.png` in any case. Everything else is counted in
 * `leftOut`: images outside the class folders, masks and other drawings (folders such as `masks`, files such as `a_mask.png`
 * beside `a.png`), other files, hidden ones, links that lead out of the folder or to what is listed anyway.
 *
 * @returns Records in the order of their paths; `line` is the place in that order, from 1.
 * @throws {FileError} `"missing"`, `"not-a-directory"` or `"unreadable"`.
 * @throws {EmptySelectionError} (`images`) when no class folder has an image.
 * @throws {InvalidArgumentError} on a blank `source`, or a `patientOf` that gives neither text nor `null`.
 * @throws {InterruptedError} when `signal` fires.
 *
 * @example
 * ```ts
 * import { countFindings, readClassFolders } from "@covidxr/dataset";
 *
 * // images/covid/c0-0.png, images/normal/n3-1.png, …: the patient is the part before the hyphen.
 * const { records } = await readClassFolders("images", {
 *   patientOf: (path) => /(\w+)-\d+\.png$/.exec(path)?.[1] ?? null,
 * });
 * console.log(countFindings(records)); // [ { finding: 'covid', count: 12 }, { finding: 'normal', count: 12 } ]
 * ```
 */
export async function readClassFolders(
  folder: string,
  options: ClassFoldersOptions = {},
): Promise<Collection> {
  checkArguments({ folder }, { folder: "string" });
  checkOptions(options, { ...SOURCE, patientOf: "function?" });
  const { license = null, view = "", modality = "", patientOf = () => null, signal } = options;
  const root = resolve(folder);
  const source = requireSource(options.source ?? sourceOfFolder(root));
  const tally = createTally();
  const records: MetadataRecord[] = [];
  const paths = await listFiles(root, { tally, signal });
  const stems = new Set(paths.map(stemOf));
  for (const path of paths) {
    const filename = posix.basename(path);
    if (isImageName(filename) && isDrawing(path, stems)) tally.add(LEFT_OUT.drawings, path);
    else if (!isImageName(filename)) tally.add(LEFT_OUT.noImages, path);
    else if (!path.includes("/")) tally.add("images outside the class folders", path);
    else {
      const patient = checkPatient(patientOf(path), path);
      records.push(
        blankRecord({
          line: records.length + 1,
          patientId: patient === null ? null : `${source}:${patient}`,
          finding: path.slice(0, path.indexOf("/")),
          folder: posix.dirname(path),
          filename,
          view,
          modality,
          license,
        }),
      );
    }
  }
  if (records.length === 0) {
    throw new EmptySelectionError({
      selection: "images",
      message: `expected folders with .jpg, .jpeg or .png files in ${root}, got none; give the folder above the classes'`,
    });
  }
  return { source, root, records, moved: [], leftOut: tally.list() };
}

/** Path without extension. */
function stemOf(path: string): string {
  return path.slice(0, path.length - posix.extname(path).length);
}

/** Whether a folder of the path is one of masks or the like, or the file is the mask beside its image (`a_mask.png`). */
function isDrawing(path: string, stems: ReadonlySet<string>): boolean {
  const parts = stemOf(path).split("/");
  if (parts.slice(0, -1).some(isDrawingName)) return true;
  const [, image] = /^(.*[^ _-])[ _-]+[^ _-]+$/.exec(stemOf(path)) ?? [];
  return isDrawingName(parts.at(-1)!) && image !== undefined && stems.has(image);
}

function checkPatient(patient: string | null, path: string): string | null {
  if (patient === null || (typeof patient === "string" && patient.trim() !== "")) return patient;
  throw new InvalidArgumentError({
    parameter: "patientOf",
    value: patient,
    message: `expected a patient or null for ${path}, got ${JSON.stringify(patient)}; return null where none is known`,
  });
}
