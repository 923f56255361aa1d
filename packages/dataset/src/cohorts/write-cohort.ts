import { writeFileAtomic } from "@covidxr/core/files";
import { stringify } from "csv-stringify/sync";
import { derivativesUnder } from "../licences/derivatives-under.js";
import type { CohortRow } from "./cohort-row.js";
import { pathInSource } from "./study-layout.js";

/** Columns that every cohort file has, in their order. */
export const COHORT_COLUMNS = [
  "filename",
  "patientId",
  "finding",
  "source",
  "label",
  "split",
  "status",
] as const satisfies readonly (keyof CohortRow)[];

/**
 * Writes a cohort as CSV, whole or not at all: one line for each row, used or not, with the columns
 * `filename,patientId,finding,source,label,split,status,license,derivatives`; `null` is a blank cell. `derivatives`
 * is what {@link derivativesUnder} says of the licence. A last column `path` is added when a path does not follow
 * from source and file name, as it does for the study's two sources.
 *
 * @throws {FileError} `"unwritable"`.
 *
 * @example
 * ```ts
 * import { cohortFromRecords, groupFindings, readClassFolders, readCohort, writeCohort } from "@covidxr/dataset";
 *
 * const images = await readClassFolders("images");
 * await writeCohort("cohort.csv", cohortFromRecords(groupFindings(images.records, { positive: ["covid"] }), images));
 * const [first] = await readCohort("cohort.csv");
 * console.log(first?.path, first?.label, first?.status); // covid/c0-0.png 1 used
 * ```
 */
export async function writeCohort(path: string, rows: readonly CohortRow[]): Promise<void> {
  const derivable = rows.every((row) => pathInSource(row.source, row.filename) === row.path);
  const lines = rows.map((row) => [
    ...COHORT_COLUMNS.map((column) => row[column] ?? ""),
    row.license ?? "",
    derivativesUnder(row.license),
    ...(derivable ? [] : [row.path]),
  ]);
  const columns = [...COHORT_COLUMNS, "license", "derivatives", ...(derivable ? [] : ["path"])];
  await writeFileAtomic(path, stringify([columns, ...lines]));
}
