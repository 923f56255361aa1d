import { posix } from "node:path";
import type { LabelledRecord } from "../records/group-findings.js";
import type { CohortRow } from "./cohort-row.js";
import { patientOfNormal } from "./patient-of-normal.js";
import { NORMALS_LICENSE, pathOfRecord, STUDY_LAYOUT, sourceOfPath } from "./study-layout.js";

/** Row of a labelled radiograph of covid-chestxray-dataset; not yet split, presumed there. */
export function radiographRow({ record, label }: LabelledRecord): CohortRow {
  const path = pathOfRecord(record);
  return {
    path,
    filename: posix.basename(path),
    patientId: record.patientId,
    finding: record.finding,
    license: record.license,
    source: sourceOfPath(path),
    label,
    split: null,
    status: "used",
  };
}

/** Row of a normal of chest-xray-pneumonia: label 0, finding `NORMAL` as its folder says. */
export function normalRow(filename: string): CohortRow {
  const path = posix.join(STUDY_LAYOUT.normals, filename);
  return {
    path,
    filename,
    patientId: patientOfNormal(filename),
    finding: "NORMAL",
    license: NORMALS_LICENSE,
    source: sourceOfPath(path),
    label: 0,
    split: null,
    status: "used",
  };
}
