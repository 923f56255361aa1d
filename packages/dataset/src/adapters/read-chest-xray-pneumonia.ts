import { type FileHandle, open, stat } from "node:fs/promises";
import { join, posix, resolve } from "node:path";
import { EmptySelectionError, FileError } from "@covidxr/core";
import { checkArguments, checkOptions, throwIfInterrupted } from "@covidxr/core/internal";
import { readError } from "../files.js";
import { isImageName } from "../paths.js";
import { blankRecord, type MetadataRecord } from "../records/record.js";
import { NORMALS_LICENSE } from "../study/constants.js";
import { type Collection, createTally, LEFT_OUT, type LeftOut } from "./collection.js";
import { listFiles } from "./list-files.js";

const SOURCE = "chest-xray-pneumonia";
const SPLITS = ["train", "test", "val"] as const;
const CLASSES = ["NORMAL", "PNEUMONIA"] as const;

/** Where `{train,test,val}` may be below the given folder; the third is Mendeley's archive of version 3. */
const ROOTS = ["", "chest_xray", "CellData/chest_xray", "chest_xray/chest_xray"] as const;

/** Kaggle's archive holds a second copy of everything here. */
const NESTED = "chest_xray/";

const PLACE = new RegExp(`^(${SPLITS.join("|")})/(${CLASSES.join("|")})/([^/]+)$`);

/** Names of Mendeley's version 3: disease, patient, number of the image, such as `VIRUS-1145-0001.jpeg`. */
const MENDELEY_NAME = /^(?:NORMAL|BACTERIA|VIRUS)-(\d+)-\d+\./;

/**
 * Reads the chest radiographs of children of Kermany et al. (Cell 172:1122–1131, 2018; CC BY 4.0), as Kaggle
 * (`paultimothymooney/chest-xray-pneumonia`) and Mendeley (doi 10.17632/rscbjbr9sj, versions 2 and 3) publish them, unpacked:
 * `chest_xray/{train,test,val}/{NORMAL,PNEUMONIA}`.
 *
 * - Findings are `NORMAL`, `Pneumonia/Bacterial` and `Pneumonia/Viral`, by the file's name, else `Pneumonia`.
 * - Patients are read from file names; names of Mendeley's version 3 give `chest-xray-pneumonia:<number>`.
 * - The dataset's own split is in `otherColumns.split`.
 * - Kaggle's archive holds everything twice, the second time in a `chest_xray` inside. A copy there with the same bytes is
 *   left out and counted; an image that is only there is kept under its own path. Contents are read only where two
 *   lengths agree.
 * - What macOS adds, files that are no images and images elsewhere are counted.
 *
 * @param folder `chest_xray`, or the folder above it.
 * @returns Records in the order of their paths, relative to `chest_xray`; `line` is the place in that order, from 1.
 * @throws {FileError} `"missing"` when the folders are not there; `"not-a-directory"` on a file, such as the archive itself
 * ({@link unpackArchive} unpacks it); `"different"` when a copy in the inner folder has other bytes than its twin: one of
 * them is torn, and none is to be trusted; `"unreadable"`.
 * @throws {EmptySelectionError} (`images`) when the folders hold no image; links to folders outside are not followed, and named.
 * @throws {InterruptedError} when `signal` fires.
 */
export async function readChestXrayPneumonia(
  folder: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Collection> {
  checkArguments({ folder }, { folder: "string" });
  checkOptions(options, { signal: "object?" });
  const { signal } = options;
  const root = await findRoot(resolve(folder));
  const tally = createTally();
  const files = await listFiles(root, { tally, signal });
  const present = new Set(files);
  const records: MetadataRecord[] = [];
  for (const path of files) {
    throwIfInterrupted(signal, "reading a folder");
    const twin = path.startsWith(NESTED) ? path.slice(NESTED.length) : path;
    const [, split, group, filename] = PLACE.exec(twin) ?? [];
    if (!isImageName(posix.basename(path))) tally.add(LEFT_OUT.noImages, path);
    else if (filename === undefined) tally.add("images outside {train,test,val}/{NORMAL,PNEUMONIA}", path);
    else if (twin !== path && present.has(twin)) {
      await assertSame(root, path, twin);
      tally.add("copies in the inner chest_xray", path);
    } else {
      records.push(
        blankRecord({
          line: records.length + 1,
          patientId: patientOf(filename),
          finding: group === "NORMAL" ? group : pneumoniaOf(filename),
          view: "AP",
          modality: "X-ray",
          folder: posix.dirname(path),
          filename,
          doi: `10.17632/rscbjbr9sj.${MENDELEY_NAME.test(filename) ? 3 : 2}`,
          license: NORMALS_LICENSE,
          otherColumns: { split: split! },
        }),
      );
    }
  }
  if (records.length === 0) throw emptySelection(root, tally.list());
  return { source: SOURCE, root, records, moved: [], leftOut: tally.list() };
}

async function findRoot(folder: string): Promise<string> {
  const info = await stat(folder).catch((cause) => Promise.reject(readError(folder, "a folder", cause)));
  if (!info.isDirectory()) {
    const archive = /\.zip$/i.test(folder);
    throw new FileError({
      path: folder,
      reason: "not-a-directory",
      message: archive
        ? "expected a folder, got an archive; unpack it with unpackArchive(archive, folder) and give that folder"
        : "expected a folder, found a file; give the folder that holds chest_xray",
    });
  }
  for (const inner of ROOTS) {
    for (const split of SPLITS) {
      for (const group of CLASSES) {
        const place = join(folder, inner, split, group);
        const found = await stat(place).then(
          (entry) => entry.isDirectory(),
          () => false,
        );
        if (found) return join(folder, inner);
      }
    }
  }
  throw new FileError({
    path: folder,
    reason: "missing",
    message:
      "expected {train,test,val}/{NORMAL,PNEUMONIA} here or in chest_xray, found none of them; " +
      "give the folder that the archive was unpacked to",
  });
}

function emptySelection(root: string, leftOut: readonly LeftOut[]): EmptySelectionError {
  const links = leftOut.find(({ what }) => what === LEFT_OUT.outside);
  const expected = `expected images in {train,test,val}/{NORMAL,PNEUMONIA} of ${root}, got none`;
  return new EmptySelectionError({
    selection: "images",
    message:
      links === undefined
        ? `${expected}; unpack the archive again`
        : `${expected}: links to folders outside are not followed, such as ${links.examples.join(", ")}; give the folders themselves`,
  });
}

async function assertSame(root: string, copy: string, twin: string): Promise<void> {
  if (await sameContent(join(root, copy), join(root, twin))) return;
  throw new FileError({
    path: join(root, copy),
    reason: "different",
    message: `expected a copy of ${join(root, twin)}, got other bytes; unpack the archive again, or remove the wrong one`,
  });
}

function patientOf(filename: string): string | null {
  const number = MENDELEY_NAME.exec(filename)?.[1];
  return number === undefined ? patientOfNormal(filename) : `${SOURCE}:${number}`;
}

function pneumoniaOf(filename: string): string {
  if (/(^BACTERIA-|_bacteria_)/.test(filename)) return "Pneumonia/Bacterial";
  return /(^VIRUS-|_virus_)/.test(filename) ? "Pneumonia/Viral" : "Pneumonia";
}

const CHUNK = 1 << 18;

/**
 * Whether two files hold the same bytes. Nothing is read when their lengths differ.
 *
 * @throws {FileError} `"missing"` or `"unreadable"`.
 */
export async function sameContent(first: string, second: string): Promise<boolean> {
  const one = await openFile(first);
  try {
    const other = await openFile(second);
    try {
      return await compare(first, one, second, other);
    } finally {
      await other.close();
    }
  } finally {
    await one.close();
  }
}

async function compare(first: string, one: FileHandle, second: string, other: FileHandle): Promise<boolean> {
  const { size } = await one.stat();
  if (size !== (await other.stat()).size) return false;
  const length = Math.max(1, Math.min(CHUNK, size));
  const [left, right] = [Buffer.allocUnsafe(length), Buffer.allocUnsafe(length)];
  for (let at = 0; at < size; at += length) {
    const want = Math.min(length, size - at);
    await readFully(first, one, left, want, at);
    await readFully(second, other, right, want, at);
    if (left.compare(right, 0, want, 0, want) !== 0) return false;
  }
  return true;
}

/** Reads `length` bytes at `position` to the front of `buffer`; fewer where the file has shrunk meanwhile. */
async function readFully(
  path: string,
  handle: FileHandle,
  buffer: Buffer,
  length: number,
  position: number,
): Promise<void> {
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle
      .read(buffer, done, length - done, position + done)
      .catch((cause) => Promise.reject(readError(path, "a file", cause)));
    if (bytesRead === 0) {
      throw readError(path, "a file", new Error("it became shorter while it was read"));
    }
    done += bytesRead;
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch (cause) {
    throw readError(path, "a file", cause);
  }
}

/** Leading part of chest-xray-pneumonia's file names that names the examination or person. */
const GROUP = /^((?:NORMAL2-)?IM-\d+|person\d+)(?=[-_.])/;

/**
 * Patient of a file of chest-xray-pneumonia, as far as its name identifies one: `IM-0115-0001.jpeg` gives
 * `chest-xray-pneumonia:IM-0115`, `NORMAL2-IM-0851-0001-0002.jpeg` gives `chest-xray-pneumonia:NORMAL2-IM-0851`,
 * `person12_bacteria_3.jpeg` gives `chest-xray-pneumonia:person12`. The prefix distinguishes it from patients of
 * other sources. The dataset publishes no patient list: files of one group belong together, files of two groups
 * may still be of one child.
 *
 * @returns `null` when the name has another form.
 */
export function patientOfNormal(filename: string): string | null {
  const group = GROUP.exec(filename)?.[1];
  return group === undefined ? null : `chest-xray-pneumonia:${group}`;
}
