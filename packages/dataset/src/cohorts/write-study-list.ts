import { writeFileAtomic } from "@covidxr/core/files";
import { stringify } from "csv-stringify/sync";
import type { CohortRow } from "./cohort-row.js";
import { STUDY_LIST_PREFIX } from "./read-study-list.js";

/**
 * Writes rows as the study's `chestxrays.csv`, whole or not at all: `filename` (path from the notebooks' folder) and
 * `covid-19`, in the rows' order.
 *
 * @throws {FileError} `"unwritable"`.
 */
export async function writeStudyList(
  path: string,
  rows: readonly Pick<CohortRow, "path" | "label">[],
): Promise<void> {
  const lines = rows.map((row) => [STUDY_LIST_PREFIX + row.path, row.label]);
  await writeFileAtomic(path, stringify([["filename", "covid-19"], ...lines]));
}
