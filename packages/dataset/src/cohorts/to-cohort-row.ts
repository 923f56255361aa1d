import { posix } from "node:path";
import type { LabelledRecord } from "../records/group-findings.js";
import type { CohortRow } from "./cohort-row.js";
import { patientOfNormal } from "./patient-of-normal.js";
import { STUDY_LAYOUT, sourceOfPath } from "./study-layout.js";

/** Row of a labelled radiograph of covid-chestxray-dataset; not yet split, presumed there. */
export function radiographRow({ record, label }: LabelledRecord): CohortRow {
  const path = posix.join(STUDY_LAYOUT.radiographs, record.folder, record.filename);
  return {
    path,
    filename: posix.basename(path),
    patientId: record.patientId,
    finding: record.finding,
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
    source: sourceOfPath(path),
    label: 0,
    split: null,
    status: "used",
  };
}
