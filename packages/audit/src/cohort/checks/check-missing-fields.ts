import { patientKey } from "@covidxr/dataset";
import { formatPValue } from "@covidxr/metrics";
import { type Finding, percent } from "../../findings.js";
import type { AuditedRow } from "../facts.js";
import { distinctImages } from "../rows.js";
import { holm } from "../statistics/holm.js";
import { permutationTest } from "../statistics/permutation-test.js";

/** How often a field is missing in each class. */
export interface MissingField {
  readonly field: string;
  readonly negative: { readonly missing: number; readonly of: number };
  readonly positive: { readonly missing: number; readonly of: number };
  /**
   * Of the permutation test over patients, with "missing" and "known" as the values, corrected for the number of fields
   * (Holm 1979); NaN without both classes.
   */
  readonly adjustedPValue: number;
}

/** A missing field is called a shortcut below this adjusted p-value: a false alarm in one of 100 audits at most. */
const MISSING_SIGNIFICANCE = 0.01;

/** And from this difference between the classes' missing shares on: smaller ones are of no use to anyone. */
const MISSING_DIFFERENCE = 0.1;

const FIELDS: readonly { readonly field: string; readonly isMissing: (row: AuditedRow) => boolean }[] = [
  { field: "view", isMissing: ({ facts }) => facts.view === null },
  { field: "sex", isMissing: ({ facts }) => facts.sex === null },
  { field: "age", isMissing: ({ facts }) => facts.age === null && facts.ageRange === null },
  { field: "date", isMissing: ({ facts }) => facts.date === null },
  { field: "location", isMissing: ({ facts }) => facts.location === null },
  { field: "patient", isMissing: ({ patientId }) => patientId === null },
];

const NO_IMAGES = { negative: 0, positive: 0 };

/**
 * Whether view, sex, age, date, location and patient are missing more often in one class: that the classes were gathered
 * in different ways, and that a rule such as "no date, no disease" would look good.
 *
 * Used rows count, each file once. P-values are {@link permutationTest}'s, over patients, with "missing" and "known" as the
 * values, corrected by {@link holm} for the number of fields. An image of unknown patient counts as a patient of its own,
 * so that the p-value of a missing patient is too small where several such images are of one.
 *
 * @returns All fields, by the difference of shares, undefined ones last; and a shortcut for each below
 * {@link MISSING_SIGNIFICANCE} that differs enough.
 */
export function checkMissingFields(
  rows: readonly AuditedRow[],
  options: { readonly seed: number },
): { missingFields: MissingField[]; findings: Finding[] } {
  const images = distinctImages(rows);
  const labels = images.map(({ label }) => label);
  const patients = images.map(patientKey);
  const tests = FIELDS.map(({ field, isMissing }) => {
    const values = images.map((row) => (isMissing(row) ? 1 : 0));
    const purpose = `missing ${field}`;
    const { counts, pValue } = permutationTest({ values, labels, patients, seed: options.seed, purpose });
    const [known = NO_IMAGES, missing = NO_IMAGES] = counts;
    const negative = { missing: missing.negative, of: known.negative + missing.negative };
    const positive = { missing: missing.positive, of: known.positive + missing.positive };
    return { field, negative, positive, pValue };
  });
  const adjusted = holm(tests.map(({ pValue }) => pValue));
  const missingFields = tests.map(({ pValue: _, ...field }, place) => ({
    ...field,
    adjustedPValue: adjusted[place]!,
  }));
  // Without both classes all differences are undefined, and the order is that of the fields.
  missingFields.sort((a, b) => difference(b) - difference(a) || 0);
  const findings = missingFields
    .filter((field) => field.adjustedPValue < MISSING_SIGNIFICANCE && difference(field) >= MISSING_DIFFERENCE)
    .map(toFinding);
  return { missingFields, findings };
}

function difference({ negative, positive }: MissingField): number {
  return Math.abs(negative.missing / negative.of - positive.missing / positive.of);
}

function toFinding({ field, negative, positive, adjustedPValue }: MissingField): Finding {
  return {
    check: "missing-fields",
    severity: "shortcut",
    summary:
      `The ${field} is missing in ${percent(negative.missing / negative.of)} of the negative images and in ` +
      `${percent(positive.missing / positive.of)} of the positive ones (adjusted ${formatPValue(adjustedPValue)}).`,
    items: [
      `negative: ${negative.missing} of ${negative.of} without it`,
      `positive: ${positive.missing} of ${positive.of} without it`,
    ],
  };
}
