import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { join } from "node:path";
import { throwIfInterrupted } from "@covidxr/core/internal";
import type { CohortRow, Status } from "./cohort-row.js";

/**
 * Looks for every row's file and says what was found. Rows, order and split stay as they are: a missing file never
 * changes a split.
 *
 * @param rows Cohort; earlier statuses are replaced.
 * @param studyFolder Folder that the rows' paths are relative to.
 * @returns The rows with `status` `"missing"` (nothing there), `"unreadable"` (no file, or not allowed to read it),
 * `"duplicate"` (an earlier row of the same split has the same path) or `"used"`.
 * @throws {InterruptedError} when `signal` fires.
 */
export async function locateFiles(
  rows: readonly CohortRow[],
  studyFolder: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<CohortRow[]> {
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
