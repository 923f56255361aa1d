import { posix } from "node:path";
import { MetadataError } from "@covidxr/core";
import type { LabelledRecord } from "../records/group-findings.js";
import type { CohortRow } from "./cohort-row.js";
import type { StudyList, StudyListRow } from "./read-study-list.js";
import { STUDY_LAYOUT } from "./study-layout.js";
import { normalRow, radiographRow } from "./to-cohort-row.js";

/**
 * Joins the study's list back to the metadata: every row gets its patient and finding, and list and metadata must
 * tell the same story.
 *
 * @param list The study's list ({@link readStudyList}).
 * @param labelled The radiographs that the study selects, with their classes ({@link groupFindings}).
 * @returns One row for each row of the list, in its order.
 * @throws {MetadataError} naming file and line of the list: `"invalid-value"` when a radiograph is not among
 * `labelled`, has another label there, a normal is positive, a path belongs to neither source, or a radiograph of
 * `labelled` is not listed (line of the last row); `"duplicate-key"` when a radiograph is listed twice.
 */
export function cohortFromList(list: StudyList, labelled: readonly LabelledRecord[]): CohortRow[] {
  const radiographs = new Map(labelled.map((item) => [radiographRow(item).path, item]));
  const lineOf = new Map<string, number>();
  const rows = list.rows.map((row) => {
    if (posix.dirname(row.path) === STUDY_LAYOUT.normals) return listedNormal(list, row);
    const item = radiographs.get(row.path);
    if (item === undefined) throw disagreement(list, row, "filename", unknownPath(row.path));
    if (item.label !== row.label) {
      const where = `"${item.record.finding}" on line ${item.record.line} of the metadata`;
      const expected = `expected label ${item.label} for ${where}, got ${row.label}`;
      throw disagreement(list, row, "covid-19", `${expected}; correct the list or the groups`);
    }
    const earlier = lineOf.get(row.path);
    if (earlier !== undefined) {
      throw new MetadataError({
        path: list.path,
        line: row.line,
        reason: "duplicate-key",
        column: "filename",
        message: `${row.path} is listed on line ${earlier} already; keep one of the two rows`,
      });
    }
    lineOf.set(row.path, row.line);
    return radiographRow(item);
  });
  for (const [path, { record }] of radiographs) {
    if (!lineOf.has(path)) {
      const last = list.rows.at(-1)!;
      const expected = `expected all ${radiographs.size} selected radiographs, got the list's end without ${path}`;
      throw disagreement(list, last, "filename", `${expected} (line ${record.line} of the metadata); add it`);
    }
  }
  return rows;
}

function listedNormal(list: StudyList, row: StudyListRow): CohortRow {
  if (row.label === 1) {
    throw disagreement(
      list,
      row,
      "covid-19",
      `expected label 0 for the normal ${row.path}, got 1; correct the list`,
    );
  }
  return normalRow(posix.basename(row.path));
}

function unknownPath(path: string): string {
  return (
    `expected a selected radiograph or a file of ${STUDY_LAYOUT.normals}, got ${path}; ` +
    "check that list and metadata are of one version and that the filter selects it"
  );
}

function disagreement(list: StudyList, row: StudyListRow, column: string, message: string): MetadataError {
  return new MetadataError({ path: list.path, line: row.line, reason: "invalid-value", column, message });
}
