import { stringify } from "csv-stringify/sync";
import type { PlannedRecord, StudyPlan } from "./plan-study.js";

// The header of covid-chestxray-dataset's metadata.csv of 2020-05-15: 28 names and an empty last one.
const COLUMNS = [
  "patientid",
  "offset",
  "sex",
  "age",
  "finding",
  "survival",
  "intubated",
  "intubation_present",
  "went_icu",
  "in_icu",
  "needed_supplemental_O2",
  "extubated",
  "temperature",
  "pO2_saturation",
  "leukocyte_count",
  "neutrophil_count",
  "lymphocyte_count",
  "view",
  "modality",
  "date",
  "location",
  "folder",
  "filename",
  "doi",
  "url",
  "license",
  "clinical_notes",
  "other_notes",
  "",
] as const;

/** metadata.csv in the schema of covid-chestxray-dataset (2020-05-15). Every row is marked synthetic. */
export function metadataCsv(records: readonly PlannedRecord[]): string {
  const rows = records.map((record) => {
    const cells: Record<string, string | number> = {
      patientid: `synthetic-${record.patient}`,
      offset: record.offset,
      sex: record.sex,
      age: record.age,
      finding: record.finding,
      view: record.view,
      modality: record.modality,
      date: "2020",
      location: "synthetic, nowhere",
      folder: record.folder,
      filename: record.filename,
      url: "synthetic",
      license: "synthetic",
      clinical_notes: 'synthetic, no patient; drawn by "@covidxr/phantom"',
      other_notes: "synthetic",
    };
    return COLUMNS.map((column) => cells[column] ?? "");
  });
  return stringify([COLUMNS, ...rows]);
}

/** chestxrays.csv in the study's form: `filename,covid-19`. */
export function cohortCsv(cohort: StudyPlan["cohort"]): string {
  return stringify([["filename", "covid-19"], ...cohort.map(({ filename, label }) => [filename, label])]);
}
