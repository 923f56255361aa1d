import { posix } from "node:path";
import type { CohortRow } from "../cohorts/cohort-row.js";
import { sourceOfPath } from "../cohorts/study-layout.js";

/** A used row of the training split with the given path, for tests. */
export function cohortRow(path: string, change: Partial<CohortRow> = {}): CohortRow {
  return {
    path,
    filename: posix.basename(path),
    patientId: null,
    finding: "SARS",
    license: null,
    source: sourceOfPath(path),
    label: 0,
    split: "train",
    status: "used",
    ...change,
  };
}
