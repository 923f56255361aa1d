import type { CohortRow } from "./cohort-row.js";

/** Names a row's patient for splits that keep patients together; a row of unknown patient goes with its file. */
export function patientKey(row: Pick<CohortRow, "patientId" | "path">): string {
  return row.patientId === null ? `file:${row.path}` : `patient:${row.patientId}`;
}
