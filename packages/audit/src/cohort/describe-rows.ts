import type { CohortRow, MetadataRecord } from "@covidxr/dataset";
import type { AuditedRow, ImageFacts } from "./audited-row.js";
import { groupBy } from "./group-by.js";
import { recordFacts, recordPath } from "./record-facts.js";
import { type SourceFacts, STUDY_SOURCE_FACTS } from "./study-source-facts.js";
import { UNKNOWN_FACTS } from "./unknown-facts.js";

/**
 * Joins a cohort with what is known of its images: the record of a row's file, where covid-chestxray-dataset has one,
 * then what its whole source publishes. A row of neither has `null` for every fact.
 *
 * @param rows Cohort; a row belongs to the record whose file is `covid-chestxray-dataset/<folder>/<filename>`.
 * @param records All records of the metadata (`readMetadata` of `@covidxr/dataset`). Of two records of one file, what
 * one alone knows is taken, and what they contradict each other in is unknown; {@link auditCohort} names such files
 * where it is given the records.
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
  const recordsOf = groupBy(records, recordPath);
  const published = new Map(Object.entries(sources));
  return rows.map((row) => ({
    ...row,
    facts: fillFacts(agreedFacts(recordsOf.get(row.path) ?? []), published.get(row.source) ?? {}),
  }));
}

/** What records of one file say without contradicting each other. */
function agreedFacts(records: readonly MetadataRecord[]): ImageFacts {
  const facts = records.map((record) =>
    Object.entries(recordFacts(record)).filter(([, value]) => value !== null),
  );
  const said = groupBy(facts.flat(), ([field]) => field);
  const agreed = [...said.values()].filter((own) => own.every(([, value]) => Object.is(value, own[0]![1])));
  return { ...UNKNOWN_FACTS, ...Object.fromEntries(agreed.map((own) => own[0]!)) };
}

function fillFacts(facts: ImageFacts, source: Partial<ImageFacts>): ImageFacts {
  const known = Object.entries(facts).filter(([, value]) => value !== null);
  const filled: ImageFacts = { ...UNKNOWN_FACTS, ...source, ...Object.fromEntries(known) };
  return facts.age === null ? filled : { ...filled, ageRange: facts.ageRange };
}
