import type { Finding } from "../../findings/finding.js";
import { countOf, enumerate } from "../../findings/words.js";
import type { AuditedRow, ImageFacts } from "../audited-row.js";
import { groupBy } from "../group-by.js";
import { nameFiles } from "../name-files.js";
import { parseDate } from "../parse-date.js";

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

/**
 * Records that cannot be: an age below 0 or above 120 years, a radiograph's view of a CT image or a CT plane of a
 * radiograph, a date wholly in the future or before X-rays, a temperature outside 25 to 45 °C, a saturation outside 0 to
 * 100 %, a negative count; and patients who are of two sexes, or whose ages lie more than two years apart.
 *
 * Each file counts once, whatever its status. What is unknown, and a date that {@link parseDate} cannot read, is no fault
 * here.
 *
 * @param options `now`: dates behind it are in the future.
 * @returns A fault for each rule that is broken, one item for each image or patient.
 */
export function checkValues(rows: readonly AuditedRow[], options: { readonly now: Date }): Finding[] {
  const images = Array.from(groupBy(rows, ({ path }) => path).values(), (own) => own[0]!);
  const nameOf = nameFiles(rows);
  const findings: Finding[] = [];
  const add = (noun: string, phrase: string, items: readonly string[]): void => {
    if (items.length === 0) return;
    const summary = `The records hold ${countOf(items.length, noun)} ${phrase}.`;
    findings.push({ check: "values", severity: "fault", summary, items });
  };
  for (const { phrase, broken } of rulesAt(options.now)) {
    add(
      "image",
      phrase,
      images.flatMap(({ path, facts }) => {
        const said = broken(facts);
        return said === null ? [] : `${nameOf(path)}: ${said}`;
      }),
    );
  }
  const patients = groupBy(images, ({ patientId }) => patientId);
  add(
    "patient",
    "of more than one sex",
    contradictions(
      patients,
      nameOf,
      ({ sex }) => sex,
      (sexes) => new Set(sexes).size > 1,
    ),
  );
  add(
    "patient",
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

/** One item for each patient whose known values do not go together. */
function contradictions<Value extends string | number>(
  patients: ReadonlyMap<string, readonly AuditedRow[]>,
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
    return `patient ${patient}: ${known.map(({ value, path }) => `${value} (${nameOf(path)})`).join(", ")}`;
  });
}
