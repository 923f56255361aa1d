import { describe, expect, test } from "@jest/globals";
import { changeRows, cleanCohort } from "../../testing/clean-cohort.js";
import { checkClasses } from "./check-classes.js";

const clean = cleanCohort(6);
const check = (rows: Parameters<typeof checkClasses>[0]) => checkClasses(rows, { seed: 1 });
const ofClass = (split: string, label: number) =>
  clean.rows.filter((row) => row.split === split && row.label === label);

/** The clean cohort with only so many images of a class in a split. */
const keep = (split: string, label: number, images: number) => {
  const dropped = new Set(ofClass(split, label).slice(images));
  return clean.rows.filter((row) => !dropped.has(row));
};

describe("checkClasses", () => {
  test("finds nothing where splits have enough of both classes in similar proportions", () => {
    const { splits, findings } = check(clean.rows);
    expect(findings).toEqual([]);
    const patients = (split: string) =>
      new Set(clean.rows.filter((row) => row.split === split).map(({ patientId }) => patientId)).size;
    expect(splits).toEqual([
      { split: "train", negative: 36, positive: 36, patients: patients("train") },
      { split: "test", negative: 12, positive: 12, patients: patients("test") },
      { split: "predict", negative: 12, positive: 12, patients: patients("predict") },
    ]);
  });

  test("finds nothing in the study's own counts", () => {
    const counts = { train: [104, 114], test: [31, 24], predict: [15, 16] } as const;
    const rows = Object.entries(counts).flatMap(([split, classes]) =>
      classes.flatMap((count, label) =>
        Array.from({ length: count }, (_, i) => ({
          ...clean.rows[0]!,
          path: `${split}/${label}/${i}`,
          patientId: null,
          split: split as "train",
          label: label as 0 | 1,
        })),
      ),
    );
    expect(check(rows).findings).toEqual([]);
    expect(check(rows).splits[2]).toEqual({ split: "predict", negative: 15, positive: 16, patients: 31 });
  });

  test("finds a held-out split with few images of a class, and states the consequence", () => {
    const { findings } = check(keep("predict", 1, 9));
    expect(findings).toEqual([
      {
        check: "classes",
        severity: "issue",
        // Wilson's lower limit of 9 of 9: 9 / (9 + 1.96²).
        summary:
          "predict has only 9 positive images: even with all of them classified correctly, the 95 % confidence interval of the sensitivity would extend down to 0.70.",
        items: [expect.stringMatching(/^predict: 12 negative, 9 positive, \d+ patients$/)],
      },
    ]);
    expect(check(keep("predict", 1, 10)).findings).toEqual([]);
    expect(check(keep("test", 0, 9)).findings[0]!.summary).toMatch(
      /^test has only 9 negative images.* specificity /,
    );
    expect(check(keep("test", 0, 1)).findings[0]!.summary).toMatch(/^test has only 1 negative image: /);
  });

  test("finds a split that lacks a class", () => {
    const summaries = (rows: typeof clean.rows) => check(rows).findings.map(({ summary }) => summary);
    expect(summaries(keep("predict", 1, 0))[0]).toBe(
      "predict has no positive images: the sensitivity is undefined.",
    );
    expect(summaries(keep("train", 0, 0))[0]).toBe(
      "train has no negative images: a model cannot learn that class.",
    );
  });

  test("finds proportions that differ by more than chance", () => {
    const rows = [...keep("train", 1, 12)].filter((row) => !ofClass("test", 0).slice(10).includes(row));
    const { findings } = check(rows);
    expect(findings).toHaveLength(0);
    const turned = changeRows(clean, (row, place) =>
      row.split === "train" && place % 4 === 0
        ? { label: 1 }
        : row.split === "test" && place % 8 === 1
          ? { label: 0 }
          : {},
    );
    const [finding, ...others] = check(
      turned.rows.map((row) => ({ ...row, patientId: null })),
    ).findings.filter(({ summary }) => summary.startsWith("Class proportions"));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ check: "classes", severity: "issue" });
    expect(finding!.summary).toMatch(
      /^Class proportions differ between splits: 75 % of train, \d+ % of test and 50 % of predict are positive \(p (= 0\.00\d|< 0\.001)\)\.$/,
    );
    expect(finding!.items).toHaveLength(3);
  });

  test("counts used rows, each file of a split once; finds nothing without splits", () => {
    const again = [...clean.rows, clean.rows[0]!, { ...clean.rows[1]!, status: "missing" as const }];
    expect(check(again).splits).toEqual(check(clean.rows).splits);
    expect(check(changeRows(clean, () => ({ split: null })).rows)).toEqual({ splits: [], findings: [] });
    const twoSplits = clean.rows.filter(({ split }) => split !== "predict");
    expect(check(twoSplits).splits.map(({ split }) => split)).toEqual(["train", "test"]);
    expect(check(twoSplits).findings).toEqual([]);
  });
});
