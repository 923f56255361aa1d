import { createRng, InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import { changeFacts, changeRows, cleanCohort, type TestCohort } from "../../testing/clean-cohort.js";
import { type AuditedRow, type ImageFacts, UNKNOWN_FACTS } from "../facts.js";
import { checkMissingFields } from "./check-missing-fields.js";

const clean = cleanCohort(5);
const check = (rows: readonly AuditedRow[], seed = 1) => checkMissingFields(rows, { seed });
const fieldOf = ({ rows }: TestCohort, name: string) =>
  check(rows).missingFields.find(({ field }) => field === name)!;

/** Takes a fact from 20 of the negative images, gives it to all others. */
const take = (fact: keyof ImageFacts, value: ImageFacts[keyof ImageFacts]) =>
  changeFacts(clean, ({ label }, place) => ({ [fact]: label === 0 && place < 40 ? null : value }));

describe("checkMissingFields", () => {
  test("finds nothing where both classes lack as much", () => {
    const { missingFields, findings } = check(clean.rows);
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
  ])("finds that %s is missing in one class", (name, planted) => {
    expect(check(planted.rows).findings).toEqual([
      {
        check: "missing-fields",
        severity: "shortcut",
        summary: expect.stringMatching(
          `^${name[0]!.toUpperCase()}${name.slice(1)} is missing for 33 % of negative and 0 % of positive images \\(adjusted p = 0.00[36]\\).$`,
        ),
        items: ["negative: missing in 20 of 60 images", "positive: missing in 0 of 60 images"],
      },
    ]);
    expect(check(planted.rows).missingFields[0]!.field).toBe(name);
  });

  test("of single images, p-values are Fisher's, corrected for six fields", () => {
    const dates = changeFacts(
      changeRows(clean, (_, place) => ({ patientId: `${place}` })),
      ({ label }, place) => ({ date: label === 0 && place < 14 ? null : "2020" }),
    );
    // scipy.stats.fisher_exact([[7, 53], [0, 60]]) of SciPy 1.10.1: among even classes the same tables are as rare.
    const exact = 0.012984457997245721;
    const margin = 5 * Math.sqrt((exact * (1 - exact)) / 2000) + 1 / 2000;
    expect(Math.abs(fieldOf(dates, "date").adjustedPValue / 6 - exact)).toBeLessThan(margin);
    expect(check(dates.rows).findings).toEqual([]);
  });

  test("a field that few patients with many images lack is no finding", () => {
    // Each patient's five images lack the same fields, whatever the class; Fisher's test of images finds one cohort in five.
    let found = 0;
    for (let cohort = 0; cohort < 20; cohort++) {
      const rng = createRng(4, { purpose: "missing by chance", index: cohort });
      const rows = Array.from({ length: 60 }, (_, patient) => {
        const fact = <Value>(value: Value): Value | null => (rng.integer(2) === 0 ? null : value);
        const facts = { ...UNKNOWN_FACTS, sex: fact("M"), age: fact(50), date: fact("2020") };
        return Array.from({ length: 5 }, (_, image) => ({
          ...clean.rows[0]!,
          path: `${patient}-${image}.png`,
          patientId: `${patient}`,
          label: (patient % 2) as 0 | 1,
          facts,
        }));
      }).flat();
      found += check(rows, cohort).findings.length;
    }
    expect(found).toBeLessThanOrEqual(1);
  });

  test("finds a field that is missing with a class whose patients have more images", () => {
    const rows = clean.rows.flatMap((row) =>
      Array.from({ length: 1 + row.label }, (_, image) => ({
        ...row,
        path: `${image}/${row.path}`,
        facts: { ...UNKNOWN_FACTS, date: row.label === 1 ? null : "2020" },
      })),
    );
    expect(check(rows).findings.map(({ summary }) => summary)).toEqual([
      "Date is missing for 0 % of negative and 100 % of positive images (adjusted p = 0.003).",
    ]);
  });

  test("a published age range counts as an age", () => {
    const ranges = changeFacts(clean, () => ({ age: null, ageRange: [1, 5] }));
    expect(fieldOf(ranges, "age").negative.missing).toBe(0);
  });

  test("a small difference is no finding, however many images show it", () => {
    const many: AuditedRow[] = Array.from({ length: 10 }, (_, copy) =>
      clean.rows.map((row, place) => ({
        ...row,
        path: `${copy}/${row.path}`,
        patientId: `${copy} ${row.patientId}`,
        facts: { ...UNKNOWN_FACTS, sex: row.label === 0 && place < 10 ? null : "M" },
      })),
    ).flat();
    const { missingFields, findings } = check(many);
    expect(missingFields[0]).toMatchObject({ field: "sex", negative: { missing: 50, of: 600 } });
    expect(missingFields[0]!.adjustedPValue).toBeCloseTo(6 / 2001, 12);
    expect(findings).toEqual([]);
  });

  test("undefined with one class", () => {
    const negative = changeRows(clean, () => ({ label: 0 }));
    const { missingFields, findings } = check(negative.rows);
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

  test("one seed, one result; refuses an invalid seed", () => {
    const { rows } = take("date", "2020");
    expect(check(rows, 7)).toEqual(check(rows, 7));
    expect(() => check(rows, -1)).toThrow(InvalidArgumentError);
    expect(() => check(rows, -1)).toThrow(expect.objectContaining({ parameter: "seed", value: -1 }));
  });
});
