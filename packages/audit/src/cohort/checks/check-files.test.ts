import type { CohortRow } from "@covidxr/dataset";
import { describe, expect, test } from "@jest/globals";
import { changeFingerprints, cleanCohort, copyPair } from "../../testing/clean-cohort.js";
import type { AuditedRow } from "../facts.js";
import { checkFiles } from "./check-files.js";

const clean = cleanCohort(2);
const ofSplit = (split: string) => clean.rows.filter((row) => row.split === split);
const [first, second] = ofSplit("train") as [AuditedRow, AuditedRow];
const held = ofSplit("test")[0]!;

/** The clean cohort with one more row. */
const withRow = (row: AuditedRow, change: Partial<CohortRow>) => [...clean.rows, { ...row, ...change }];
const withSameBytes = (a: AuditedRow, b: AuditedRow) =>
  changeFingerprints(clean, ({ path }) => (path === a.path || path === b.path ? { fileDigest: "same" } : {}))
    .fingerprints;

describe("checkFiles", () => {
  test("finds nothing where every row has its own file", () => {
    expect(checkFiles(clean.rows, clean.fingerprints, [])).toEqual([]);
  });

  test("finds one path in two splits", () => {
    expect(checkFiles(withRow(first, { split: "test" }), clean.fingerprints, [])).toEqual([
      {
        check: "files",
        severity: "leak",
        summary: "1 file appears in several splits (train and test).",
        items: [`${first.filename}: train (1 row) and test (1 row)`],
      },
    ]);
  });

  test("finds one path twice in a split, and states whether the second row is in use", () => {
    const marked = checkFiles(withRow(first, { status: "duplicate" }), clean.fingerprints, []);
    expect(marked).toEqual([
      {
        check: "files",
        severity: "issue",
        summary: "1 file is listed more than once within one split; of the 1 duplicate row, none is in use.",
        items: [`${first.filename}: train (2 rows, 1 in use)`],
      },
    ]);
    const [unmarked] = checkFiles(withRow(first, {}), clean.fingerprints, []);
    expect(unmarked).toMatchObject({
      severity: "issue",
      summary: "1 file is listed more than once within one split; of the 1 duplicate row, 1 is in use.",
      items: [`${first.filename}: train (2 rows)`],
    });
  });

  test("finds identical bytes under two names, by digests or by pairs, across splits and within one", () => {
    const leak = {
      check: "files",
      severity: "leak",
      summary: "1 file appears in several splits (train and test).",
      items: [`${first.filename} and ${held.filename}: train (1 row) and test (1 row), identical bytes`],
    };
    // The two are of one class, but of two patients.
    const patients = {
      severity: "issue",
      summary: "1 file is assigned to several patients.",
      items: [`${first.filename} and ${held.filename}: patients ${first.patientId} and ${held.patientId}`],
    };
    expect(checkFiles(clean.rows, withSameBytes(first, held), [])).toMatchObject([leak, patients]);
    const pair = copyPair(first.path, held.path, { kind: "file", distance: 0, correlation: 1 });
    expect(checkFiles(clean.rows, [], [pair])).toMatchObject([leak, patients]);
    expect(checkFiles(clean.rows, [], [{ ...pair, kind: "pixels" }])).toEqual([]);

    const within = checkFiles(clean.rows, withSameBytes(first, ofSplit("train")[2]!), []);
    expect(within[0]).toMatchObject({
      severity: "issue",
      summary: "1 file has several names within one split.",
    });
  });

  test("finds a file of both classes", () => {
    expect(second.label).not.toBe(first.label);
    const found = checkFiles(clean.rows, withSameBytes(first, second), []);
    expect(found.map(({ severity, summary }) => [severity, summary])).toEqual([
      ["issue", "1 file has several names within one split."],
      ["issue", "1 file is labelled with both classes."],
      ["issue", "1 file is assigned to several patients."],
    ]);
    expect(found[1]!.items).toEqual([
      `${first.filename} and ${second.filename}: negative (SARS) and positive (COVID-19)`,
    ]);
  });

  test("a row that is marked as a duplicate leaks nothing", () => {
    const rows = withRow(first, { split: "test", status: "duplicate" });
    expect(checkFiles(rows, clean.fingerprints, [])).toEqual([]);
    const settled = clean.rows.map((row) =>
      row.path === held.path ? { ...row, status: "duplicate" as const, patientId: first.patientId } : row,
    );
    expect(checkFiles(settled, withSameBytes(first, held), [])).toEqual([]);
  });

  test("a cohort without splits has issues, not leaks; a missing file has no bytes", () => {
    const unsplit = withRow(first, {}).map((row) => ({ ...row, split: null }));
    expect(checkFiles(unsplit, [], [])).toMatchObject([
      {
        severity: "issue",
        summary: "1 file is listed more than once within the cohort; of the 1 duplicate row, 1 is in use.",
        items: [`${first.filename}: no split (2 rows)`],
      },
    ]);
  });

  test("files with the same name are distinguished by their paths", () => {
    const rows = [
      ...withRow(first, { split: "test" }),
      { ...held, path: `elsewhere/${first.filename}`, filename: first.filename },
    ];
    expect(checkFiles(rows, [], [])[0]!.items[0]).toBe(`${first.path}: train (1 row) and test (1 row)`);
  });
});
