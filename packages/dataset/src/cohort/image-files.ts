import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { join } from "node:path";
import { checkArguments, checkOptions, throwIfInterrupted } from "@covidxr/core/internal";
import { readFolder } from "../files.js";
import { isImageName } from "../paths.js";
import type { CohortRow, Status } from "./cohort-row.js";

/**
 * Looks up every row's file and sets its status. Rows, order and splits do not change: a missing file never changes a
 * split.
 *
 * @param rows Cohort; earlier statuses are replaced.
 * @param studyFolder Folder that the rows' paths are relative to.
 * @returns The rows with `status` `"missing"` (no such file), `"unreadable"` (not a file, or access denied),
 * `"duplicate"` (an earlier row of the same split has the same path) or `"used"`.
 * @throws {InterruptedError} when `signal` fires.
 */
export async function locateFiles(
  rows: readonly CohortRow[],
  studyFolder: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<CohortRow[]> {
  checkArguments({ rows, studyFolder }, { rows: "objects", studyFolder: "string" });
  checkOptions(options, { signal: "object?" });
  const found = new Map<string, Status>();
  const taken = new Set<string>();
  const located: CohortRow[] = [];
  for (const row of rows) {
    throwIfInterrupted(options.signal, "locating files");
    const known = found.get(row.path) ?? (await look(join(studyFolder, row.path)));
    found.set(row.path, known);
    const key = JSON.stringify([row.split, row.path]);
    located.push({ ...row, status: known === "used" && taken.has(key) ? "duplicate" : known });
    taken.add(key);
  }
  return located;
}

async function look(path: string): Promise<Status> {
  try {
    if (!(await stat(path)).isFile()) return "unreadable";
    await access(path, constants.R_OK);
    return "used";
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR" ? "missing" : "unreadable";
  }
}

/**
 * Names of the images of a folder: files (or links to files) that end in `.jpg`, `.jpeg` or `.png` in any case.
 * Hidden files and subfolders, such as `__MACOSX` of archives, are left out.
 *
 * @returns Names in code-point order, the same on every machine; empty when there is none.
 * @throws {FileError} `"missing"`, `"not-a-directory"` or `"unreadable"`.
 */
export async function listImages(folder: string): Promise<string[]> {
  checkArguments({ folder }, { folder: "string" });
  const entries = await readFolder(folder, "a folder of images");
  const names: string[] = [];
  for (const entry of entries) {
    if (!isImageName(entry.name)) continue;
    const isFile = entry.isSymbolicLink() ? await pointsToFile(join(folder, entry.name)) : entry.isFile();
    if (isFile) names.push(entry.name);
  }
  return names;
}

async function pointsToFile(path: string): Promise<boolean> {
  return stat(path).then(
    (target) => target.isFile(),
    () => false, // a broken link
  );
}
