import { posix } from "node:path";
import { type MetadataRecord, STUDY_LAYOUT } from "@covidxr/dataset";
import type { ImageFacts } from "./audited-row.js";

/** Path of a record's file, as rows have it. */
export function recordPath({ folder, filename }: MetadataRecord): string {
  return posix.join(STUDY_LAYOUT.radiographs, folder, filename);
}

/** What a record says of its image. */
export function recordFacts(record: MetadataRecord): ImageFacts {
  return {
    modality: record.modality || null,
    view: record.view || null,
    sex: record.sex,
    age: record.age,
    ageRange: null,
    date: record.date,
    location: record.location,
    temperature: record.temperature,
    pO2Saturation: record.pO2Saturation,
    leukocyteCount: record.leukocyteCount,
    neutrophilCount: record.neutrophilCount,
    lymphocyteCount: record.lymphocyteCount,
  };
}
