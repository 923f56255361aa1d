import { posix } from "node:path";
import { type CohortRow, type MetadataRecord, STUDY_LAYOUT } from "@covidxr/dataset";
import type { AuditedRow, ImageFacts } from "./audited-row.js";
import { type SourceFacts, STUDY_SOURCE_FACTS } from "./study-source-facts.js";
import { UNKNOWN_FACTS } from "./unknown-facts.js";

/**
 * Joins a cohort with what is known of its images: the record of a row's file, where covid-chestxray-dataset has one,
 * then what its whole source publishes. A row of neither has `null` for every fact.
 *
 * @param rows Cohort; a row belongs to the record whose file is `covid-chestxray-dataset/<folder>/<filename>`.
 * @param records All records of the metadata ({@link readMetadata}); the facts of the first win where two name one file.
 * @param sources Facts of whole sources; they fill what a row's record leaves open, but for `ageRange` of a row whose
 * age is known.
 * @defaultValue {@link STUDY_SOURCE_FACTS}
 * @returns One row for each row, in their order.
 */
export function describeRows(
  rows: readonly CohortRow[],
  records: readonly MetadataRecord[],
  sources: SourceFacts = STUDY_SOURCE_FACTS,
): AuditedRow[] {
  const factsOf = new Map<string, ImageFacts>();
  for (const record of records) {
    const path = posix.join(STUDY_LAYOUT.radiographs, record.folder, record.filename);
    if (!factsOf.has(path)) factsOf.set(path, recordFacts(record));
  }
  const published = new Map(Object.entries(sources));
  return rows.map((row) => ({
    ...row,
    facts: fillFacts(factsOf.get(row.path) ?? UNKNOWN_FACTS, published.get(row.source) ?? {}),
  }));
}

function recordFacts(record: MetadataRecord): ImageFacts {
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

function fillFacts(facts: ImageFacts, source: Partial<ImageFacts>): ImageFacts {
  const known = Object.entries(facts).filter(([, value]) => value !== null);
  const filled: ImageFacts = { ...UNKNOWN_FACTS, ...source, ...Object.fromEntries(known) };
  return facts.age === null ? filled : { ...filled, ageRange: facts.ageRange };
}
