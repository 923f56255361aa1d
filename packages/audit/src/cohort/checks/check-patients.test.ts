import { describe, expect, test } from "@jest/globals";
import { changeRows, cleanCohort } from "../../testing/clean-cohort.js";
import { checkPatients } from "./check-patients.js";

const clean = cleanCohort(1);
const firstOf = (split: string) => clean.rows.find((row) => row.split === split)!;

describe("checkPatients", () => {
  test("finds nothing where no patient is in two splits", () => {
    expect(checkPatients(clean.rows)).toEqual([]);
  });

  test("finds a training patient in the test split, and lists the files", () => {
    const planted = firstOf("test");
    const patient = firstOf("train");
    const { rows } = changeRows(clean, ({ path }) =>
      path === planted.path ? { patientId: patient.patientId } : {},
    );
    const own = clean.rows.filter((row) => row.patientId === patient.patientId).map((row) => row.filename);
    expect(own).toHaveLength(2);
    expect(checkPatients(rows)).toEqual([
      {
        check: "patients",
        severity: "leak",
        summary: "1 of 24 rows in test is from 1 patient with rows in train.",
        items: [`patient ${patient.patientId}: train ${own.join(", ")}; test ${planted.filename}`],
      },
    ]);
  });

  test("finds each pair of splits, and counts rows in use where not all are", () => {
    const { rows } = changeRows(clean, (row) => ({
      ...(row.path === firstOf("test").path && { patientId: "x", status: "missing" as const }),
      ...(row.path === firstOf("train").path && { patientId: "x" }),
      ...(row.path === firstOf("predict").path && { patientId: "x" }),
    }));
    expect(checkPatients(rows).map(({ summary }) => summary)).toEqual([
      "1 of 24 rows in test is from 1 patient with rows in train (0 of 23 rows in use).",
      "1 of 24 rows in predict is from 1 patient with rows in train (1 of 24 rows in use).",
      "1 of 24 rows in predict is from 1 patient with rows in test (0 of 24 rows in use).",
    ]);
    const unknown = rows.map((row) => (row.patientId === "x" ? row : { ...row, patientId: null }));
    expect(checkPatients(unknown).map(({ summary }) => summary)).toEqual(
      checkPatients(rows).map(({ summary }) => summary),
    );
    expect(checkPatients(rows)[0]!.items[0]).toMatch(/; test 0-\d+\.png \(missing\)$/);
  });

  test("unknown patients are not one patient, and rows without a split do not leak", () => {
    expect(checkPatients(changeRows(clean, () => ({ patientId: null })).rows)).toEqual([]);
    expect(checkPatients(changeRows(clean, () => ({ patientId: "x", split: null })).rows)).toEqual([]);
    expect(checkPatients(changeRows(clean, () => ({ patientId: "x", split: "train" })).rows)).toEqual([]);
  });
});
