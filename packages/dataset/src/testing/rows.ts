import { posix } from "node:path";
import type { CohortRow } from "../cohort/cohort-row.js";
import { blankRecord, type MetadataRecord } from "../records/record.js";
import { sourceOfPath } from "../study/constants.js";

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

/** A posteroanterior radiograph with a made-up name, for tests. */
export function record(change: Partial<MetadataRecord> = {}): MetadataRecord {
  return blankRecord({
    ...{ line: 2, patientId: "1", finding: "COVID-19", view: "PA", modality: "X-ray" },
    ...{ folder: "images", filename: "a.png" },
    ...change,
  });
}
