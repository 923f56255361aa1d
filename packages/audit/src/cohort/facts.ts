import { checkArguments, groupBy } from "@covidxr/core/internal";
import type { CohortRow, MetadataRecord } from "@covidxr/dataset/cohort";
import { joinPath } from "@covidxr/dataset/cohort-internal";

/** What is known about an image besides its finding; `null` where unknown. */
export interface ImageFacts {
  /** Such as `"X-ray"` or `"CT"`. */
  readonly modality: string | null;
  /** Such as `"PA"`, `"AP"` or `"Axial"`. */
  readonly view: string | null;
  /** Such as `"M"` or `"F"`. */
  readonly sex: string | null;
  /** Years. */
  readonly age: number | null;
  /** Age range of the source's patients, where it publishes no individual ages. */
  readonly ageRange: readonly [youngest: number, oldest: number] | null;
  /** As the source writes it, such as `"January 22, 2020"` or `"2020"`. */
  readonly date: string | null;
  readonly location: string | null;
  /** Degrees Celsius. */
  readonly temperature: number | null;
  /** Percent. */
  readonly pO2Saturation: number | null;
  /** 10³/µL, as are the next two. */
  readonly leukocyteCount: number | null;
  readonly neutrophilCount: number | null;
  readonly lymphocyteCount: number | null;
}

/** A cohort row with what is known about its image. */
export interface AuditedRow extends CohortRow {
  readonly facts: ImageFacts;
}

/** Facts of an image about which nothing is known. */
export const UNKNOWN_FACTS: ImageFacts = {
  modality: null,
  view: null,
  sex: null,
  age: null,
  ageRange: null,
  date: null,
  location: null,
  temperature: null,
  pO2Saturation: null,
  leukocyteCount: null,
  neutrophilCount: null,
  lymphocyteCount: null,
};

/** Facts of all images of a source, by its name (`source` of a `CohortRow`). */
export type SourceFacts = Readonly<Record<string, Partial<ImageFacts>>>;

/**
 * Facts published for the study's second source as a whole: chest-xray-pneumonia has anteroposterior radiographs of
 * children aged one to five from the Guangzhou Women and Children's Medical Center (Kermany et al., "Identifying medical
 * diagnoses and treatable diseases by image-based deep learning", Cell 172:1122–1131, 2018). It publishes no individual
 * ages, sexes or dates.
 */
const STUDY_SOURCE_FACTS: SourceFacts = {
  "chest-xray-pneumonia": {
    modality: "X-ray",
    view: "AP",
    ageRange: [1, 5],
    location: "Guangzhou Women and Children's Medical Center, Guangzhou, China",
  },
};

/**
 * Joins a cohort with what is known about its images: the metadata record of the row's file, where
 * covid-chestxray-dataset has one, then what is published for its source as a whole. A row with neither has `null` for
 * every fact.
 *
 * @param rows Cohort; a row belongs to the record whose file is `covid-chestxray-dataset/<folder>/<filename>`.
 * @param records All records of the metadata (`readMetadata` of `@covidxr/dataset`). Several records of one file complete
 * each other; where they contradict each other, the fact is unknown ({@link auditCohort} reports such files when given the
 * records).
 * @param sources Facts of whole sources; they fill gaps in a row's record, except `ageRange` where the age is known.
 * @defaultValue what chest-xray-pneumonia publishes: AP radiographs of children aged 1 to 5 from Guangzhou
 * @returns One row for each row, in their order.
 */
export function describeRows(
  rows: readonly CohortRow[],
  records: readonly MetadataRecord[],
  sources: SourceFacts = STUDY_SOURCE_FACTS,
): AuditedRow[] {
  checkArguments({ rows, records, sources }, { rows: "objects", records: "objects", sources: "object" });
  const recordsOf = groupBy(records, recordPath);
  const published = new Map(Object.entries(sources));
  return rows.map((row) => ({
    ...row,
    facts: fillFacts(agreedFacts(recordsOf.get(row.path) ?? []), published.get(row.source) ?? {}),
  }));
}

/** Facts on which all records of one file agree. */
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

/** Path of a record's file, as in cohort rows. */
export function recordPath({ folder, filename }: MetadataRecord): string {
  return joinPath("covid-chestxray-dataset", folder, filename);
}

/** Facts from a metadata record. */
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
