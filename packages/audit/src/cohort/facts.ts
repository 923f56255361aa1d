import { posix } from "node:path";
import { groupBy } from "@covidxr/core/internal";
import type { CohortRow, MetadataRecord } from "@covidxr/dataset";
import { STUDY_LAYOUT } from "@covidxr/dataset/study";

/** What is known of an image besides its finding; `null` where nothing is. */
export interface ImageFacts {
  /** Such as `"X-ray"` or `"CT"`. */
  readonly modality: string | null;
  /** Such as `"PA"`, `"AP"` or `"Axial"`. */
  readonly view: string | null;
  /** Such as `"M"` or `"F"`. */
  readonly sex: string | null;
  /** Years. */
  readonly age: number | null;
  /** Youngest and oldest of the patients that the source publishes, where it gives no single ages. */
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

/** A row of a cohort with what is known of its image. */
export interface AuditedRow extends CohortRow {
  readonly facts: ImageFacts;
}

/** Facts of an image of which nothing is known. */
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

/** What holds for all images of a source, by its name (`source` of a `CohortRow`). */
export type SourceFacts = Readonly<Record<string, Partial<ImageFacts>>>;

/**
 * What the study's second source publishes of its images, all alike: chest-xray-pneumonia holds anteroposterior films of
 * children of one to five years from the Guangzhou Women and Children's Medical Center (Kermany et al., "Identifying
 * medical diagnoses and treatable diseases by image-based deep learning", Cell 172:1122–1131, 2018). It publishes no
 * single ages, sexes or dates.
 */
export const STUDY_SOURCE_FACTS: SourceFacts = {
  "chest-xray-pneumonia": {
    modality: "X-ray",
    view: "AP",
    ageRange: [1, 5],
    location: "Guangzhou Women and Children's Medical Center, Guangzhou, China",
  },
};

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
