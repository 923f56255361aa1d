import { InvalidArgumentError } from "@covidxr/core";
import { checkArguments, groupBy } from "@covidxr/core/internal";
import type { CohortRow, MetadataRecord } from "@covidxr/dataset/cohort";
import { joinPath, normalPatientId, recordFacts, UNKNOWN_FACTS } from "@covidxr/dataset/cohort-internal";
import type { ImageFacts } from "@covidxr/dataset/internal";
import { enumerate } from "../findings.js";

export { type ImageFacts, recordFacts, UNKNOWN_FACTS };

/** A cohort row with what is known about its image. */
export interface AuditedRow extends CohortRow {
  readonly facts: ImageFacts;
}

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
 * Joins a cohort with what is known about its images: the facts that its rows carry (`cohortFromRecords` takes them from
 * the records), then the metadata record of the row's file, then what is published for its source as a whole. A row with
 * none of them has `null` for every fact.
 *
 * @param rows Cohort.
 * @param records Records of the metadata (`readMetadata` of `@covidxr/dataset`), for rows that carry no facts, such as the
 * study's. A record is of the row whose path ends in its folder and name. Several records of one file complete each other;
 * where they contradict each other, the fact is unknown ({@link auditCohort} reports such files when given the records).
 * @param sources Facts of whole sources; they fill gaps in a row's facts, except `ageRange` where the age is known.
 * @defaultValue what chest-xray-pneumonia publishes: AP radiographs of children aged 1 to 5 from Guangzhou
 * @returns One row for each row, in their order.
 * @throws {InvalidArgumentError} when rows of several files fit one record.
 */
export function describeRows(
  rows: readonly CohortRow[],
  records: readonly MetadataRecord[],
  sources: SourceFacts = STUDY_SOURCE_FACTS,
): AuditedRow[] {
  checkArguments({ rows, records, sources }, { rows: "objects", records: "objects", sources: "object" });
  const isBare = ({ facts }: CohortRow): boolean => Object.values(facts ?? {}).every((fact) => fact === null);
  const paths = recordPaths(rows.filter(isBare), records);
  const placesOf = groupBy(records.keys(), (place) => paths[place]);
  const recorded = ({ path }: CohortRow): ImageFacts =>
    agreedFacts((placesOf.get(path) ?? []).map((place) => recordFacts(records[place]!)));
  const published = new Map(Object.entries(sources));
  return rows.map((row) => ({
    ...row,
    facts: fillFacts(isBare(row) ? recorded(row) : row.facts!, published.get(row.source) ?? {}),
  }));
}

/** Facts on which all descriptions of one file agree. */
function agreedFacts(descriptions: readonly ImageFacts[]): ImageFacts {
  const facts = descriptions.map((each) => Object.entries(each).filter(([, value]) => value !== null));
  const said = groupBy(facts.flat(), ([field]) => field);
  const agreed = [...said.values()].filter((own) => own.every(([, value]) => Object.is(value, own[0]![1])));
  return { ...UNKNOWN_FACTS, ...Object.fromEntries(agreed.map((own) => own[0]!)) };
}

function fillFacts(facts: ImageFacts, source: Partial<ImageFacts>): ImageFacts {
  const known = Object.entries(facts).filter(([, value]) => value !== null);
  const filled: ImageFacts = { ...UNKNOWN_FACTS, ...source, ...Object.fromEntries(known) };
  return facts.age === null ? filled : { ...filled, ageRange: facts.ageRange };
}

/**
 * Finds the file of each record among the rows: the row whose path is the record's folder and name, or ends in them, and where
 * that does not suffice, whose patient is not another one.
 *
 * @returns For each record the path of its row, or its own path where no row is of it.
 * @throws {InvalidArgumentError} when rows of several files fit one record.
 */
export function recordPaths(rows: readonly CohortRow[], records: readonly MetadataRecord[]): string[] {
  const named = groupBy(rows, ({ filename }) => filename.normalize("NFC"));
  return records.map(({ folder, filename, patientId, line }) => {
    const path = joinPath(folder, filename);
    const inner = path.normalize("NFC");
    const fitting = (named.get(inner.slice(inner.lastIndexOf("/") + 1)) ?? []).filter((row) =>
      `/${row.path.normalize("NFC")}`.endsWith(`/${inner}`),
    );
    // A name alone, or one of several files, must be of the patient too.
    const several = fitting.some((row) => row.path !== fitting[0]!.path);
    const own =
      several || !inner.includes("/")
        ? fitting.filter((row) => !areOthers(row.patientId, patientId))
        : fitting;
    const paths = [...new Set(own.map((row) => row.path))];
    const exact = paths.find((each) => each.normalize("NFC") === inner);
    if (exact !== undefined || paths.length < 2) return exact ?? paths[0] ?? path;
    throw new InvalidArgumentError({
      parameter: "records",
      value: path,
      message:
        `expected records that fit one file each, got ${path} (line ${line}), which fits ${enumerate(paths)}; leave the records ` +
        "out: rows of cohortFromRecords have their facts",
    });
  });
}

function areOthers(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && normalPatientId(one) !== normalPatientId(other);
}
