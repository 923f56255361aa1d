import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CohortRow, writeCohort } from "@covidxr/dataset";
import { expect, test } from "@jest/globals";
import type { z } from "zod";
import { schemaTable } from "../testing/schema-table.js";
import { areaEstimate, auditRecord } from "./audit-record.js";
import { manifestRecord } from "./manifest.js";
import {
  crossValidationRecord,
  estimate,
  flowRecord,
  metricsRecord,
  otherSplitRecord,
  summary,
} from "./result-records.js";
import { runRecord } from "./run-record.js";
import { savedFold } from "./saved-fold.js";
import { cohortColumns, foldRow, historyRow, outOfFoldRow, predictionRow } from "./tables.js";

const GUIDE = join(__dirname, "../../../../docs/run-folder.md");

const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  "run.json": runRecord,
  "manifest.json": manifestRecord,
  "cohort.csv": cohortColumns,
  "cohort-flow.json": flowRecord,
  "history.csv": historyRow,
  "predictions.csv": predictionRow,
  "out-of-fold.csv": outOfFoldRow,
  "folds.csv": foldRow,
  "audit.json": auditRecord,
  "an area": areaEstimate,
  "other-split.json": otherSplitRecord,
  "metrics.json": metricsRecord,
  "an estimate": estimate,
  "cross-validation.json": crossValidationRecord,
  "a summary": summary,
  "a saved fold": savedFold,
};

/** A table of the guide with the marker before it: `<!-- schema: NAME -->`. */
const TABLE = /<!-- schema: (.*?) -->\n\n((?:\|.*\|\n)*)/g;

// With COVIDXR_WRITE_DOCS=1 the tables are written instead.
test("docs/run-folder.md has every field of every file, as the schemas describe it", () => {
  const guide = readFileSync(GUIDE, "utf8");
  const written = guide.replaceAll(TABLE, (_, name: string) => {
    const table = schemaTable(SCHEMAS[name]!, name.endsWith(".csv") ? "column" : "field");
    return `<!-- schema: ${name} -->\n\n${table}\n`;
  });
  if (process.env.COVIDXR_WRITE_DOCS === "1") writeFileSync(GUIDE, written);
  else expect(guide).toBe(written);
  expect([...guide.matchAll(TABLE)].map(([, name]) => name).sort()).toEqual(Object.keys(SCHEMAS).sort());
});

test("cohort.csv has the columns that are described", async () => {
  const path = join(await mkdtemp(join(tmpdir(), "covidxr-")), "cohort.csv");
  const row: CohortRow = {
    ...{ path: "a/b.png", filename: "b.png", patientId: null, finding: "x", license: null },
    ...{ source: "own", label: 0, split: null, status: "used" },
  };
  const facts = {
    ...{ modality: "X-ray", view: "PA", sex: "M", age: 50, ageRange: null, date: "2020", location: "Turin" },
    ...{ temperature: 38, pO2Saturation: 98, leukocyteCount: 5, neutrophilCount: 2, lymphocyteCount: 1 },
  };
  const leftOut = [{ line: 3, reason: "rows without a value", name: "" }];
  const table = { path: "t.csv", encoding: "utf-8", delimiter: ",", rows: 1, leftOut };
  const collection = { source: "own", root: "/", records: [], moved: [], leftOut: [], table };
  await writeCohort(path, [{ ...row, facts }], { collections: [collection] });
  const [header] = (await readFile(path, "utf8")).split("\n");
  expect(header!.split(",")).toEqual(Object.keys(cohortColumns.shape));
});
