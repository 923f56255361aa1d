import { groupBy, plural } from "@covidxr/core/internal";
import type { MetadataRecord } from "@covidxr/dataset/cohort";
import { normalPatientId } from "@covidxr/dataset/cohort-internal";
import { enumerate, type Finding } from "../../findings.js";
import { type AuditedRow, type ImageFacts, recordFacts, recordPaths } from "../facts.js";
import { nameFiles } from "../rows.js";

/** Highest plausible age in years; the oldest person on record reached 122. */
const OLDEST = 120;

/** Plausible body temperatures in °C: few have survived outside them, and higher values are °F. */
const TEMPERATURES = [25, 45] as const;

/** Years by which the recorded ages of a patient may differ: an illness, a birthday and rounding. */
const AGE_SPREAD = 2;

/** Röntgen discovered X-rays on 8 November 1895; no radiograph is older. */
const FIRST_RAYS = Date.UTC(1895, 10, 8);

const RADIOGRAPH_VIEWS: ReadonlySet<string> = new Set([
  "PA",
  "AP",
  "AP Supine",
  "AP Erect",
  "AP semi erect",
  "L",
]);
const CT_PLANES: ReadonlySet<string> = new Set(["Axial", "Coronal", "Sagittal"]);

/** A rule for the facts of one image. */
interface Rule {
  /** Follows "3 images", such as `"with an age below 0 or above 120 years"`. */
  readonly phrase: string;
  /** What violates it, in words; null where nothing does. */
  readonly broken: (facts: ImageFacts) => string | null;
}

const outside = (value: number | null, [low, high]: readonly [number, number]): boolean =>
  value !== null && !(value >= low && value <= high);

const COUNTS = [
  ["leukocyteCount", "leukocytes"],
  ["neutrophilCount", "neutrophils"],
  ["lymphocyteCount", "lymphocytes"],
] as const satisfies readonly (readonly [keyof ImageFacts, string])[];

/** Fields in which records of one file can contradict each other, and their names. */
const CONTRADICTABLE_FACTS = [
  ["modality", "modality"],
  ["view", "view"],
  ["sex", "sex"],
  ["age", "age"],
  ["date", "date"],
  ["location", "location"],
  ["temperature", "temperature"],
  ["pO2Saturation", "oxygen saturation"],
  ...COUNTS,
] as const satisfies readonly (readonly [keyof ImageFacts & keyof MetadataRecord, string])[];

const CONTRADICTABLE = [
  ["patientId", "patient"],
  ["finding", "finding"],
  ...CONTRADICTABLE_FACTS,
] as const satisfies readonly (readonly [keyof MetadataRecord, string])[];

function rulesAt(now: Date): Rule[] {
  return [
    {
      phrase: `with an age below 0 or above ${OLDEST} years`,
      broken: ({ age }) => (outside(age, [0, OLDEST]) ? `${age} years` : null),
    },
    {
      phrase: "with a view impossible for the modality",
      broken: ({ modality, view }) => {
        const wrong =
          (modality === "CT" && RADIOGRAPH_VIEWS.has(view ?? "")) ||
          (modality === "X-ray" && CT_PLANES.has(view ?? ""));
        return wrong ? `${view} in ${modality}` : null;
      },
    },
    {
      phrase: "dated in the future",
      broken: ({ date }) => {
        const range = date === null ? null : parseDate(date);
        return range !== null && range.earliest > now.getTime() ? date : null;
      },
    },
    {
      phrase: "dated before the discovery of X-rays (8 November 1895)",
      broken: ({ date }) => {
        const range = date === null ? null : parseDate(date);
        return range !== null && range.latest < FIRST_RAYS ? date : null;
      },
    },
    {
      phrase: `with a temperature outside ${TEMPERATURES[0]} to ${TEMPERATURES[1]} °C`,
      broken: ({ temperature }) => (outside(temperature, TEMPERATURES) ? `${temperature} °C` : null),
    },
    {
      phrase: "with an oxygen saturation outside 0 to 100 %",
      broken: ({ pO2Saturation }) => (outside(pO2Saturation, [0, 100]) ? `${pO2Saturation} %` : null),
    },
    {
      phrase: "with a negative cell count",
      broken: (facts) => {
        const negative = COUNTS.filter(([field]) => outside(facts[field], [0, Number.POSITIVE_INFINITY]));
        return enumerate(negative.map(([field, name]) => `${facts[field]} ${name}`)) || null;
      },
    },
  ];
}

/** What a row or a record says about its file. */
type Description = Pick<AuditedRow, "path" | "filename" | "patientId" | "facts">;

/**
 * Finds impossible values: an age below 0 or above 120 years, a radiographic view of a CT or a CT plane of a radiograph, a
 * date certainly in the future or before X-rays, a temperature outside 25 to 45 °C, an oxygen saturation outside 0 to
 * 100 %, a negative cell count; files whose records contradict each other; and patients recorded with two sexes, or with
 * ages more than two years apart.
 *
 * Each file counts once, whatever its status; all its records are checked. Unknown values, and dates that
 * {@link parseDate} cannot read, are no issue here.
 *
 * @param options `now`: later dates are in the future. `records`: of the whole source; summaries say how many of the images
 * are outside the cohort. @defaultValue none: only the rows' facts
 * @returns An issue for each rule violated, with an item for each image or patient.
 */
export function checkValues(
  rows: readonly AuditedRow[],
  options: { readonly now: Date; readonly records?: readonly MetadataRecord[] },
): Finding[] {
  const { now, records = [] } = options;
  const ofRows = groupBy(rows, ({ path }) => path);
  const paths = recordPaths(rows, records);
  const descriptions: Description[] = [
    ...rows,
    ...records.map((record, place) => ({
      path: paths[place]!,
      filename: record.filename,
      patientId: record.patientId,
      facts: recordFacts(record),
    })),
  ];
  const files = groupBy(descriptions, ({ path }) => path);
  const nameOf = nameFiles(descriptions);
  const findings: Finding[] = [];
  const add = (counted: string, phrase: string, items: readonly string[]): void => {
    const summary = `The records contain ${counted} ${phrase}.`;
    if (items.length > 0) findings.push({ check: "values", severity: "issue", summary, items });
  };
  const addImages = (phrase: string, found: readonly { path: string; item: string }[]): void => {
    const outside = found.filter(({ path }) => !ofRows.has(path)).length;
    const where = outsideWords(outside, found.length);
    add(
      plural(found.length, "image"),
      phrase + where,
      found.map(({ item }) => item),
    );
  };
  const addPatients = (phrase: string, items: readonly string[]): void =>
    add(plural(items.length, "patient"), phrase, items);
  for (const { phrase, broken } of rulesAt(now)) {
    addImages(
      phrase,
      Array.from(files).flatMap(([path, own]) => {
        const said = new Set(own.flatMap(({ facts }) => broken(facts) ?? []));
        return said.size === 0 ? [] : { path, item: `${nameOf(path)}: ${enumerate([...said])}` };
      }),
    );
  }
  addImages(
    "whose records contradict each other",
    Array.from(groupBy(records.keys(), (place) => paths[place])).flatMap(([path, places]) => {
      const own = places.map((place) => records[place]!);
      const said = disagreements(own, CONTRADICTABLE);
      if (said.length === 0) return [];
      const lines = enumerate(own.map(({ line }) => String(line)));
      return { path, item: `${nameOf(path)} (lines ${lines}): ${said.join(", ")}` };
    }),
  );
  addImages(
    "whose rows contradict each other",
    Array.from(ofRows).flatMap(([path, own]) => {
      const said = disagreements(
        own.map(({ facts }) => facts),
        CONTRADICTABLE_FACTS,
      );
      return said.length === 0 ? [] : { path, item: `${nameOf(path)}: ${said.join(", ")}` };
    }),
  );
  const patients = groupBy(descriptions, ({ patientId }) => patientId && normalPatientId(patientId));
  addPatients(
    "recorded with more than one sex",
    contradictions(
      patients,
      nameOf,
      ({ sex }) => sex,
      (known) => new Set(known.map(({ value }) => value.toUpperCase())).size > 1,
    ),
  );
  addPatients(
    `whose recorded ages differ by more than ${AGE_SPREAD} years`,
    contradictions(patients, nameOf, ({ age }) => age, agesContradict),
  );
  return findings;
}

/** How many of the images are outside the cohort, in words. */
function outsideWords(outside: number, images: number): string {
  if (outside === 0) return "";
  if (outside < images) return `, ${outside} of them not in the cohort`;
  return images === 1 ? ", not in the cohort" : ", none of them in the cohort";
}

/** Fields in which records of one file contradict each other, such as `"age 40 and 43"`; missing values contradict none. */
function disagreements<Field extends string>(
  records: readonly Readonly<Record<Field, string | number | null>>[],
  fields: readonly (readonly [Field, string])[],
): string[] {
  return fields.flatMap(([field, name]) => {
    // A blank cell is null, or "" in a mandatory field.
    const known = new Set(records.flatMap((record) => (record[field] === "" ? [] : (record[field] ?? []))));
    return known.size > 1 ? `${name} ${enumerate(Array.from(known, String))}` : [];
  });
}

/** A fact of an image of a patient. */
interface KnownFact<Value> {
  readonly value: Value;
  readonly path: string;
  readonly date: string | null;
}

/** Whether ages differ by more than {@link AGE_SPREAD} years and the time between the images, where both are dated. */
function agesContradict(known: readonly KnownFact<number>[]): boolean {
  const ages = [...known].sort((a, b) => a.value - b.value);
  if (ages.at(-1)!.value - ages[0]!.value <= AGE_SPREAD) return false;
  return ages.some((younger, place) =>
    ages.slice(place + 1).some((older) => {
      const years = older.value - younger.value;
      const [from, to] = [younger.date, older.date].map((date) => (date === null ? null : parseDate(date)));
      const between = from && to ? Math.max(0, to.latest - from.earliest) / YEAR : 0;
      return years > AGE_SPREAD + between;
    }),
  );
}

/** One item for each patient whose known values contradict each other. */
function contradictions<Value extends string | number>(
  patients: ReadonlyMap<string, readonly Description[]>,
  nameOf: (path: string) => string,
  factOf: (facts: ImageFacts) => Value | null,
  contradict: (known: readonly KnownFact<Value>[]) => boolean,
): string[] {
  return Array.from(patients).flatMap(([patient, images]) => {
    const known = images.flatMap(({ path, facts }) => {
      const value = factOf(facts);
      return value === null ? [] : { value, path, date: facts.date };
    });
    if (known.length === 0 || !contradict(known)) return [];
    // A row repeats its record.
    const said = new Set(known.map(({ value, path }) => `${value} (${nameOf(path)})`));
    return `patient ${patient}: ${[...said].join(", ")}`;
  });
}

/** Earliest and latest moment that a written date can mean, in milliseconds since 1970, UTC. */
export interface DateRange {
  readonly earliest: number;
  readonly latest: number;
}

const MONTHS = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
] as const;

const DAY = 24 * 60 * 60 * 1000;
const YEAR = 365.25 * DAY;

/** Two-digit years from here on are in the 20th century (POSIX `strptime`, `%y`). */
const PIVOT = 69;

/** Time zones are up to 14 hours ahead of UTC and 12 behind it. */
const ZONES = 14 * 60 * 60 * 1000;

/**
 * Range of moments that a date can mean: `"January 22, 2020"`, `"Feb 21, 2020"`, `"March 2003"`, `"2011"`, `"2020-03-01"`,
 * `"20200301"`, `"3/3/2020"`, `"03/16/20"`. Dates with the year last are read month first and day first, and the range covers both readings
 * where both exist; it is widened by the time zones.
 *
 * @returns `null` for anything else, such as a date without a year (`"January 12"`) or with an impossible day.
 */
export function parseDate(text: string): DateRange | null {
  const trimmed = text.trim();
  const year = /^(\d{4})$/.exec(trimmed);
  if (year !== null) return span(Date.UTC(Number(year[1]), 0, 1), Date.UTC(Number(year[1]) + 1, 0, 1));

  const iso =
    /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:.*)?$/.exec(trimmed) ??
    /^(\d{4})(\d\d)(\d\d)$/.exec(trimmed);
  if (iso !== null) return day(Number(iso[1]), Number(iso[2]), Number(iso[3]));

  const slashes = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})$/.exec(trimmed);
  if (slashes !== null) {
    const [one, other] = [Number(slashes[1]), Number(slashes[2])];
    const full = fullYear(slashes[3]!);
    return union(day(full, one, other), day(full, other, one));
  }

  const words = /^([a-z]+)\.?(?:\s+(\d{1,2}),?)?\s+(\d{4})$/i.exec(trimmed);
  if (words === null) return null;
  const month = monthNumber(words[1]!);
  if (month === null) return null;
  const written = Number(words[3]);
  if (words[2] !== undefined) return day(written, month, Number(words[2]));
  return span(Date.UTC(written, month - 1, 1), Date.UTC(written, month, 1));
}

/** 1 to 12, by name or its first three letters. */
function monthNumber(name: string): number | null {
  const lower = name.toLowerCase();
  const place = MONTHS.findIndex((month) => lower === month || lower === month.slice(0, 3));
  return place < 0 ? null : place + 1;
}

function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length === 4) return year;
  return year < PIVOT ? 2000 + year : 1900 + year;
}

function day(year: number, month: number, ofMonth: number): DateRange | null {
  const start = Date.UTC(year, month - 1, ofMonth);
  const date = new Date(start);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== ofMonth) return null;
  return span(start, start + DAY);
}

function span(start: number, end: number): DateRange {
  return { earliest: start - ZONES, latest: end + ZONES };
}

function union(one: DateRange | null, other: DateRange | null): DateRange | null {
  if (one === null || other === null) return one ?? other;
  return { earliest: Math.min(one.earliest, other.earliest), latest: Math.max(one.latest, other.latest) };
}
