import { InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import golden from "../../fixtures/split.json";
import type { CohortRow } from "../cohort/cohort-row.js";
import { splitCohort } from "./split-cohort.js";

function cohort(length: number): CohortRow[] {
  return Array.from({ length }, (_, i) => ({
    path: `images/${i}.png`,
    filename: `${i}.png`,
    patientId: i % 3 === 0 ? null : `p${i % 40}`,
    finding: "f",
    license: null,
    source: "images",
    label: i % 4 === 0 ? 1 : 0,
    split: null,
    status: "used",
  }));
}

describe("splitCohort", () => {
  test("of 304 rows is the study's 218, 55 and 31 (scikit-learn 1.2.1)", () => {
    const rows = splitCohort(cohort(304));
    const namesOf = (split: string) =>
      new Set(rows.filter((row) => row.split === split).map((row) => row.filename));
    const [first, second] = golden.plain;
    const rest = first!.train;
    expect(namesOf("predict")).toEqual(new Set(first!.test.map((i) => `${i}.png`)));
    expect(namesOf("test")).toEqual(new Set(second!.test.map((i) => `${rest[i]!}.png`)));
    expect(namesOf("train")).toEqual(new Set(second!.train.map((i) => `${rest[i]!}.png`)));
    expect([namesOf("train").size, namesOf("test").size, namesOf("predict").size]).toEqual([218, 55, 31]);
  });

  test("changes nothing but the split, and no status changes it", () => {
    const rows = cohort(50);
    const missing = rows.map((row, i) => ({
      ...row,
      status: i % 5 ? ("used" as const) : ("missing" as const),
    }));
    const split = splitCohort(rows);
    expect(split.map((row) => ({ ...row, split: null }))).toEqual(rows);
    expect(splitCohort(missing).map((row) => row.split)).toEqual(split.map((row) => row.split));
  });

  test("by patient keeps every patient, and every file of unknown patient, in one split", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (randomState) => {
        const rows = cohort(120);
        const twice = [...rows, rows[0]!, rows[3]!];
        const splitsOf = new Map<string, Set<unknown>>();
        for (const row of splitCohort(twice, { by: "patient", randomState })) {
          const key = row.patientId ?? row.path;
          splitsOf.set(key, (splitsOf.get(key) ?? new Set()).add(row.split));
        }
        expect([...splitsOf.values()].filter((splits) => splits.size !== 1)).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  test("stratified gives each split its share of positives", () => {
    const rows = splitCohort(cohort(304), { stratify: true });
    const positives = (split: string) => rows.filter((row) => row.split === split && row.label === 1).length;
    expect([positives("train"), positives("test"), positives("predict")]).toEqual([54, 14, 8]);
  });

  test("refuses to stratify by patient", () => {
    const run = () => splitCohort(cohort(30), { by: "patient", stratify: true });
    expect(run).toThrow(InvalidArgumentError);
    expect(run).toThrow(expect.objectContaining({ parameter: "group" }));
  });
});
