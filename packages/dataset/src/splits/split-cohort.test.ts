import { describe, expect, test } from "@jest/globals";
import golden from "../../fixtures/split.json";
import type { CohortRow } from "../cohort/cohort-row.js";
import { STUDY_SPLIT } from "../study/constants.js";
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
    const rows = splitCohort(cohort(304), STUDY_SPLIT);
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
    const split = splitCohort(rows, STUDY_SPLIT);
    expect(split.map((row) => ({ ...row, split: null }))).toEqual(rows);
    expect(splitCohort(missing, STUDY_SPLIT).map((row) => row.split)).toEqual(split.map((row) => row.split));
  });

  test("stratified gives each split its share of positives", () => {
    const rows = splitCohort(cohort(304), { ...STUDY_SPLIT, stratify: true });
    const positives = (split: string) => rows.filter((row) => row.split === split && row.label === 1).length;
    expect([positives("train"), positives("test"), positives("predict")]).toEqual([54, 14, 8]);
  });

  test("names its splits as told, train, validation and test otherwise", () => {
    const names = new Set(splitCohort(cohort(30), { seed: 1 }).map((row) => row.split));
    expect(names).toEqual(new Set(["train", "validation", "test"]));
  });
});
