import { describe, expect, test } from "@jest/globals";
import type { AuditedRow, ImageFacts } from "../audited-row.js";
import { changeFacts, changeRows, cleanCohort, type TestCohort } from "../testing/clean-cohort.js";
import { checkMissingFields } from "./check-missing-fields.js";

const clean = cleanCohort(5);
const fieldOf = ({ rows }: TestCohort, name: string) =>
  checkMissingFields(rows).missingFields.find(({ field }) => field === name)!;

/** Takes a fact from 20 of the negative images, gives it to all others. */
const take = (fact: keyof ImageFacts, value: ImageFacts[keyof ImageFacts]) =>
  changeFacts(clean, ({ label }, place) => ({ [fact]: label === 0 && place < 40 ? null : value }));

describe("checkMissingFields", () => {
  test("is silent where as much is missing in both classes", () => {
    const { missingFields, findings } = checkMissingFields(clean.rows);
    expect(findings).toEqual([]);
    expect(missingFields.map(({ field }) => field)).toEqual([
      "view",
      "sex",
      "age",
      "date",
      "location",
      "patient",
    ]);
    for (const { negative, positive, adjustedPValue, field } of missingFields) {
      expect(negative).toEqual(positive);
      expect(negative.missing > 0).toBe(field !== "patient");
      expect(adjustedPValue).toBe(1);
    }
  });

  test.each<[string, TestCohort]>([
    ["view", take("view", "PA")],
    ["sex", take("sex", "F")],
    ["age", take("age", 50)],
    ["date", take("date", "2020")],
    ["location", take("location", "Wuhan")],
    [
      "patient",
      changeRows(clean, (row, place) => (row.label === 0 && place < 40 ? { patientId: null } : {})),
    ],
  ])("finds that the %s is missing in one class", (name, planted) => {
    expect(checkMissingFields(planted.rows).findings).toEqual([
      {
        check: "missing-fields",
        severity: "shortcut",
        summary: `The ${name} is missing in 33 % of the negative images and in 0 % of the positive ones (adjusted p < 0.001).`,
        items: ["negative: 20 of 60 without it", "positive: 0 of 60 without it"],
      },
    ]);
    expect(checkMissingFields(planted.rows).missingFields[0]!.field).toBe(name);
  });

  test("p-values are Fisher's, corrected for six fields", () => {
    const dates = changeFacts(clean, ({ label }, place) => ({
      date: label === 0 && place < 14 ? null : "2020",
    }));
    // scipy.stats.fisher_exact([[7, 53], [0, 60]]) of SciPy 1.10.1, six times.
    expect(fieldOf(dates, "date").adjustedPValue).toBeCloseTo(6 * 0.012984457997245721, 12);
    expect(checkMissingFields(dates.rows).findings).toEqual([]);
  });

  test("a published range of ages is an age", () => {
    const ranges = changeFacts(clean, () => ({ age: null, ageRange: [1, 5] }));
    expect(fieldOf(ranges, "age").negative.missing).toBe(0);
  });

  test("a small difference is no finding however many images show it", () => {
    const many: AuditedRow[] = Array.from({ length: 60 }, (_, copy) =>
      clean.rows.map((row, place) => ({
        ...row,
        path: `${copy}/${row.path}`,
        facts: { ...row.facts, sex: row.label === 0 && place < 10 ? null : "M" },
      })),
    ).flat();
    const { missingFields, findings } = checkMissingFields(many);
    expect(missingFields[0]).toMatchObject({ field: "sex", negative: { missing: 300, of: 3600 } });
    expect(missingFields[0]!.adjustedPValue).toBeLessThan(1e-9);
    expect(findings).toEqual([]);
  });

  test("undefined with one class", () => {
    const negative = changeRows(clean, () => ({ label: 0 }));
    const { missingFields, findings } = checkMissingFields(negative.rows);
    expect(findings).toEqual([]);
    expect(missingFields.map(({ field }) => field)).toEqual([
      "view",
      "sex",
      "age",
      "date",
      "location",
      "patient",
    ]);
    for (const { adjustedPValue } of missingFields) expect(adjustedPValue).toBeNaN();
  });
});
