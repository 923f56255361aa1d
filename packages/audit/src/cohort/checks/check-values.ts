import type { MetadataRecord } from "@covidxr/dataset";
import type { Finding } from "../../findings/finding.js";
import { countOf, enumerate } from "../../findings/words.js";
import type { AuditedRow, ImageFacts } from "../audited-row.js";
import { groupBy } from "../group-by.js";
import { nameFiles } from "../name-files.js";
import { parseDate } from "../parse-date.js";
import { recordFacts, recordPath } from "../record-facts.js";

/** Oldest age that is believed, in years; the oldest person on record reached 122. */
const OLDEST = 120;

/** Body temperatures that are believed, in °C: beyond them few have lived, and °F begin. */
const TEMPERATURES = [25, 45] as const;

/** Years by which the ages of one patient may differ: an illness, a birthday and rounding. */
const AGE_SPREAD = 2;

/** Röntgen saw his first rays on 8 November 1895; no radiograph is older. */
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

/** A rule that the facts of one image can break. */
interface Rule {
  /** Behind "3 images", such as `"with an age below 0 or above 120 years"`. */
  readonly phrase: string;
  /** What breaks it, in words; null where nothing does. */
  readonly broken: (facts: ImageFacts) => string | null;
}

const outside = (value: number | null, [low, high]: readonly [number, number]): boolean =>
  value !== null && !(value >= low && value <= high);

const COUNTS = [
  ["leukocyteCount", "leukocytes"],
  ["neutrophilCount", "neutrophils"],
  ["lymphocyteCount", "lymphocytes"],
] as const satisfies readonly (readonly [keyof ImageFacts, string])[];

/** What records of one file can contradict each other in, and its name. */
const CONTRADICTABLE = [
  ["patientId", "patient"],
  ["finding", "finding"],
  ["modality", "modality"],
  ["view", "view"],
  ["sex", "sex"],
  ["age", "age"],
  ["date", "date"],
  ["location", "location"],
  ["temperature", "temperature"],
  ["pO2Saturation", "oxygen saturation"],
  ...COUNTS,
] as const satisfies readonly (readonly [keyof MetadataRecord, string])[];

function rulesAt(now: Date): Rule[] {
  return [
    {
      phrase: `with an age below 0 or above ${OLDEST} years`,
      broken: ({ age }) => (outside(age, [0, OLDEST]) ? `${age} years` : null),
    },
    {
      phrase: "with a view that their modality does not have",
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
      phrase: "with a negative count of cells",
      broken: (facts) => {
        const negative = COUNTS.filter(([field]) => outside(facts[field], [0, Number.POSITIVE_INFINITY]));
        return enumerate(negative.map(([field, name]) => `${facts[field]} ${name}`)) || null;
      },
    },
  ];
}

/** What a row or a record says of its file. */
type Description = Pick<AuditedRow, "path" | "filename" | "patientId" | "facts">;

/**
 * Records that cannot be: an age below 0 or above 120 years, a radiograph's view of a CT image or a CT plane of a
 * radiograph, a date wholly in the future or before X-rays, a temperature outside 25 to 45 °C, a saturation outside 0 to
 * 100 %, a negative count; files whose records contradict each other; and patients who are of two sexes, or whose ages lie
 * more than two years apart.
 *
 * Each file counts once, whatever its status and its number of records, all of which are looked at. What is unknown, and a
 * date that {@link parseDate} cannot read, is no fault here.
 *
 * @param options `now`: dates behind it are in the future. `records`: of the whole source; summaries say how many images
 * are in the records alone. By default there are those of the rows only.
 * @returns A fault for each rule that is broken, one item for each image or patient.
 */
export function checkValues(
  rows: readonly AuditedRow[],
  options: { readonly now: Date; readonly records?: readonly MetadataRecord[] },
): Finding[] {
  const { now, records = [] } = options;
  const ofRows = groupBy(rows, ({ path }) => path);
  const descriptions: Description[] = [
    ...Array.from(ofRows.values(), (own) => own[0]!),
    ...records.map((record) => ({
      path: recordPath(record),
      filename: record.filename,
      patientId: record.patientId,
      facts: recordFacts(record),
    })),
  ];
  const files = groupBy(descriptions, ({ path }) => path);
  const nameOf = nameFiles(descriptions);
  const findings: Finding[] = [];
  const add = (counted: string, phrase: string, items: readonly string[]): void => {
    const summary = `The records hold ${counted} ${phrase}.`;
    if (items.length > 0) findings.push({ check: "values", severity: "issue", summary, items });
  };
  const addImages = (phrase: string, found: readonly { path: string; item: string }[]): void => {
    const outside = found.filter(({ path }) => !ofRows.has(path)).length;
    const where = outsideWords(outside, found.length);
    add(
      countOf(found.length, "image"),
      phrase + where,
      found.map(({ item }) => item),
    );
  };
  const addPatients = (phrase: string, items: readonly string[]): void =>
    add(countOf(items.length, "patient"), phrase, items);
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
    Array.from(groupBy(records, recordPath)).flatMap(([path, own]) => {
      const said = disagreements(own);
      if (said.length === 0) return [];
      const lines = enumerate(own.map(({ line }) => String(line)));
      return { path, item: `${nameOf(path)} (lines ${lines}): ${said.join(", ")}` };
    }),
  );
  const patients = groupBy(descriptions, ({ patientId }) => patientId);
  addPatients(
    "of more than one sex",
    contradictions(
      patients,
      nameOf,
      ({ sex }) => sex,
      (sexes) => new Set(sexes).size > 1,
    ),
  );
  addPatients(
    `whose ages lie more than ${AGE_SPREAD} years apart`,
    contradictions(
      patients,
      nameOf,
      ({ age }) => age,
      (ages) => Math.max(...ages) - Math.min(...ages) > AGE_SPREAD,
    ),
  );
  return findings;
}

/** How many of the images have no row, in words behind a phrase. */
function outsideWords(outside: number, images: number): string {
  if (outside === 0) return "";
  if (outside < images) return `, ${outside} of them not in the cohort`;
  return images === 1 ? ", not in the cohort" : ", none of them in the cohort";
}

/** In what records of one file are not of one mind, such as `"age 40 and 43"`; what one of them leaves open is none. */
function disagreements(records: readonly MetadataRecord[]): string[] {
  return CONTRADICTABLE.flatMap(([field, name]) => {
    // A blank cell is null, or "" in a field that every record has.
    const known = new Set(records.flatMap((record) => (record[field] === "" ? [] : (record[field] ?? []))));
    return known.size > 1 ? `${name} ${enumerate(Array.from(known, String))}` : [];
  });
}

/** One item for each patient whose known values do not go together. */
function contradictions<Value extends string | number>(
  patients: ReadonlyMap<string, readonly Description[]>,
  nameOf: (path: string) => string,
  factOf: (facts: ImageFacts) => Value | null,
  contradict: (values: readonly Value[]) => boolean,
): string[] {
  return Array.from(patients).flatMap(([patient, images]) => {
    const known = images.flatMap(({ path, facts }) => {
      const value = factOf(facts);
      return value === null ? [] : { value, path };
    });
    if (known.length === 0 || !contradict(known.map(({ value }) => value))) return [];
    // A row says what its record says.
    const said = new Set(known.map(({ value, path }) => `${value} (${nameOf(path)})`));
    return `patient ${patient}: ${[...said].join(", ")}`;
  });
}
