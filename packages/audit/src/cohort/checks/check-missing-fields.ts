import { patientKey } from "@covidxr/dataset/cohort";
import { holm, permutationTest } from "@covidxr/metrics";
import { formatPValue } from "@covidxr/metrics/internal";
import { capitalize, type Finding, percent } from "../../findings.js";
import type { AuditedRow } from "../facts.js";
import { distinctImages } from "../rows.js";

/** How often a field is missing in each class. */
export interface MissingField {
  readonly field: string;
  readonly negative: { readonly missing: number; readonly of: number };
  readonly positive: { readonly missing: number; readonly of: number };
  /**
   * Of the permutation test over patients with the values "missing" and "known", corrected for the number of fields (Holm
   * 1979); NaN unless both classes are present.
   */
  readonly adjustedPValue: number;
}

/** Adjusted p-value below which a missing field is a shortcut: at most one audit in 100 has a false alarm. */
const MISSING_SIGNIFICANCE = 0.01;

/** Least difference between the proportions missing in both classes; smaller ones help no classifier. */
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
 * Checks whether view, sex, age, date, location or patient are missing more often in one class: a sign that the classes were
 * collected differently, so that a rule such as "no date, no disease" would look good.
 *
 * Counts used rows, each file once. P-values are of a {@link permutationTest} over patients with the values "missing" and
 * "known", corrected by {@link holm} for the number of fields. Each image of an unknown patient counts as a patient of its
 * own, so the p-value of a missing patient is too small where several such images are of one.
 *
 * @returns All fields, by difference of proportions, undefined ones last; and a shortcut for each that differs
 * significantly ({@link MISSING_SIGNIFICANCE}) and by enough ({@link MISSING_DIFFERENCE}).
 */
export function checkMissingFields(
  rows: readonly AuditedRow[],
  options: { readonly seed: number },
): { missingFields: MissingField[]; findings: Finding[] } {
  const images = distinctImages(rows);
  const truth = images.map(({ label }) => label);
  const groups = images.map(patientKey);
  const tests = FIELDS.map(({ field, isMissing }) => {
    const values = images.map((row) => (isMissing(row) ? 1 : 0));
    const purpose = `missing ${field}`;
    const { counts, pValue } = permutationTest(truth, values, { groups, seed: options.seed, purpose });
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
  // With one class all differences are NaN, and the order stays that of the fields.
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
      `${capitalize(field)} is missing for ${percent(negative.missing / negative.of)} of negative and ` +
      `${percent(positive.missing / positive.of)} of positive images (adjusted ${formatPValue(adjustedPValue)}).`,
    items: [
      `negative: missing in ${negative.missing} of ${negative.of} images`,
      `positive: missing in ${positive.missing} of ${positive.of} images`,
    ],
  };
}
