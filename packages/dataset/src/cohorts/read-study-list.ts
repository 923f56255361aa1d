import { posix } from "node:path";
import { MetadataError } from "@covidxr/core";
import type { Label } from "../records/group-findings.js";
import { requireColumn } from "../tables/parse-table.js";
import { readTable } from "../tables/read-table.js";

/** A row of the study's list. */
export interface StudyListRow {
  /** 1-based line in the file. */
  readonly line: number;
  /** Path relative to the study folder, with `/`. */
  readonly path: string;
  readonly label: Label;
}

/** The study's list of images and labels. */
export interface StudyList {
  /** File that it was read from. */
  readonly path: string;
  readonly rows: readonly StudyListRow[];
}

/** The list is written as seen from the study's notebooks, one folder below the study folder. */
export const STUDY_LIST_PREFIX = "../";

/**
 * Reads the study's `chestxrays.csv`: columns `filename` (path from the notebooks' folder, such as
 * `../chest_xray/train/NORMAL/x.jpeg`) and `covid-19` (0 or 1). A file may be listed more than once.
 *
 * @returns All rows in file order, at least one; see {@link cohortFromList}.
 * @throws {FileError} `"missing"`, `"unreadable"` or `"corrupt"`.
 * @throws {MetadataError} `"missing-column"`, `"broken-row"`, `"empty"`, or `"invalid-value"` on another label, a
 * blank name, or a path that leaves the study folder.
 */
export async function readStudyList(path: string): Promise<StudyList> {
  const table = await readTable(path);
  const filename = requireColumn(table, "filename");
  const covid = requireColumn(table, "covid-19");
  const rows = table.rows.map(({ line, values }): StudyListRow => {
    const label = values[covid]!.trim();
    if (label !== "0" && label !== "1") {
      throw new MetadataError({
        path,
        line,
        reason: "invalid-value",
        column: "covid-19",
        message: `column "covid-19": expected 0 or 1, got "${label}"; correct the label`,
      });
    }
    return { line, path: relativeToStudy(values[filename]!, path, line), label: label === "1" ? 1 : 0 };
  });
  return { path, rows };
}

function relativeToStudy(name: string, path: string, line: number): string {
  const inside = name.startsWith(STUDY_LIST_PREFIX) ? name.slice(STUDY_LIST_PREFIX.length) : name;
  const relative = posix.normalize(inside);
  if (inside === "" || posix.isAbsolute(relative) || relative === ".." || relative.startsWith("../")) {
    throw new MetadataError({
      path,
      line,
      reason: "invalid-value",
      column: "filename",
      message: `column "filename": expected a path inside the study folder, got "${name}"; correct the path`,
    });
  }
  return relative;
}
