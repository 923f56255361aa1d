import { EmptySelectionError, InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import { radiographRow } from "../study/study-cohort.js";
import { cohortRow, record } from "../testing/rows.js";
import {
  assertUsable,
  type CohortRow,
  cohortFromRecords,
  markUnreadable,
  patientKey,
  splitNames,
  summarizeSplits,
} from "./cohort-row.js";

test("rows of a patient share a key; without a patient, rows of a file do", () => {
  expect(patientKey({ patientId: "7", path: "a.png" })).toBe(patientKey({ patientId: "7", path: "b.png" }));
  expect(patientKey({ patientId: null, path: "a.png" })).toBe(patientKey({ patientId: null, path: "a.png" }));
  expect(patientKey({ patientId: "a.png", path: "b.png" })).not.toBe(
    patientKey({ patientId: null, path: "a.png" }),
  );
});

test("marks every row of a file", () => {
  const rows = [cohortRow("a.png"), cohortRow("b.png"), cohortRow("a.png", { split: "test" })];
  expect(markUnreadable(rows, ["a.png"]).map(({ status }) => status)).toEqual([
    "unreadable",
    "used",
    "unreadable",
  ]);
  expect(rows[0]!.status).toBe("used");
});

test("refuses a path of no row", () => {
  const run = () => markUnreadable([cohortRow("images/a.png")], ["a.png"]);
  expect(run).toThrow(InvalidArgumentError);
  expect(run).toThrow(expect.objectContaining({ parameter: "paths", value: "a.png" }));
});

const rows: CohortRow[] = [
  cohortRow("a.png", { label: 1 }),
  cohortRow("b.png"),
  cohortRow("b.png", { status: "duplicate" }),
  cohortRow("c.png", { status: "missing" }),
  cohortRow("d.png", { split: "test" }),
  cohortRow("e.png", { split: "predict", label: 1 }),
  cohortRow("f.png", { split: null }),
];

test("summarizeSplits counts rows, files, statuses and classes", () => {
  const [train, held, predict, ...others] = summarizeSplits(rows);
  expect(others).toEqual([]);
  expect(summarizeSplits(rows, ["fold", "test"]).map(({ split, rows: count }) => [split, count])).toEqual([
    ["fold", 0],
    ["test", 1],
  ]);
  expect(train).toEqual({
    split: "train",
    rows: 4,
    files: 3,
    statuses: { used: 2, missing: 1, unreadable: 0, duplicate: 1 },
    used: { positive: 1, negative: 1 },
  });
  expect(held).toMatchObject({ split: "test", rows: 1, files: 1, used: { positive: 0, negative: 1 } });
  expect(predict).toMatchObject({ split: "predict", rows: 1, used: { positive: 1, negative: 0 } });
});

test("splits come in the order of their use, others after them", () => {
  const named = ["fold 2", "test", "train", "fold 1", "validation"].map((split) =>
    cohortRow("a.png", { split }),
  );
  expect(splitNames([...named, cohortRow("a.png", { split: null })])).toEqual([
    "train",
    "validation",
    "test",
    "fold 2",
    "fold 1",
  ]);
});

describe("assertUsable", () => {
  test("accepts a cohort with something to train, watch and predict", () => {
    expect(() => assertUsable(rows)).not.toThrow();
  });

  test.each([
    ["split train", "train", "a.png"],
    ["split train", "train", "b.png"],
    ["split test", "test", "d.png"],
    ["split predict", "predict", "e.png"],
  ] as const)("%s needs its only image of a kind (%s, %s)", (selection, split, path) => {
    const holed = rows.map((row) => (row.path === path ? { ...row, status: "missing" as const } : row));
    expect(() => assertUsable(holed)).toThrow(EmptySelectionError);
    expect(() => assertUsable(holed)).toThrow(expect.objectContaining({ selection }));
    expect(() => assertUsable(holed, [split])).toThrow(/missing/);
  });

  test("looks at the named splits only", () => {
    const train = rows.filter((row) => row.split === "train");
    expect(() => assertUsable(train, ["train"])).not.toThrow();
    expect(() => assertUsable(train)).not.toThrow();
    expect(() => assertUsable(train, ["train", "test"])).toThrow(
      expect.objectContaining({ selection: "split test" }),
    );
  });

  test("says how many rows were listed and missing", () => {
    const gone = rows.map((row) => ({ ...row, status: "missing" as const }));
    expect(() => assertUsable(gone)).toThrow(/split train: .*4 rows listed, 4 missing/);
  });
});

test("gives a row for each record, in order, with what the record says", () => {
  const first = record({ folder: "images", filename: "a.png", license: "CC BY-ND", patientId: null });
  const second = record({ folder: ".", filename: "b.png", finding: "SARS", patientId: "x:7" });
  const labelled = [
    { record: first, label: 1 },
    { record: second, label: 0 },
  ] as const;
  const rest = { source: "x", split: null, status: "used" };
  expect(cohortFromRecords(labelled, { source: "x" })).toMatchObject([
    {
      ...rest,
      path: "images/a.png",
      filename: "a.png",
      patientId: null,
      finding: "COVID-19",
      license: "CC BY-ND",
      label: 1,
    },
    {
      ...rest,
      path: "b.png",
      filename: "b.png",
      patientId: "x:7",
      finding: "SARS",
      license: null,
      label: 0,
    },
  ]);
});

test("puts the collection's folder before the path; the study's own rows come out as ever", () => {
  const labelled = [
    { record: record({ folder: "images", filename: "a.png", patientId: "4" }), label: 1 },
  ] as const;
  const pathFor = (under: string) => cohortFromRecords(labelled, { source: "x", under })[0]!.path;
  expect(["", ".", "./", "a", "a/", "./a/b//", "a/../b"].map(pathFor)).toEqual([
    "images/a.png",
    "images/a.png",
    "images/a.png",
    "a/images/a.png",
    "a/images/a.png",
    "a/b/images/a.png",
    "b/images/a.png",
  ]);
  const options = { source: "covid-chestxray-dataset", under: "covid-chestxray-dataset" };
  expect(cohortFromRecords(labelled, options)).toMatchObject(labelled.map(radiographRow));
});

test.each([
  ["source", { source: "" }, ""],
  ["under", { source: "x", under: "/data" }, "/data"],
  ["under", { source: "x", under: "../data" }, "../data"],
  ["under", { source: "x", under: "a/../.." }, "a/../.."],
])("refuses a %s of %j", (parameter, options, value) => {
  const run = () => cohortFromRecords([], options);
  expect(run).toThrow(InvalidArgumentError);
  expect(run).toThrow(expect.objectContaining({ parameter, value }));
});

test("refuses a record whose file is outside its collection", () => {
  const labelled = [{ record: record({ folder: "../..", filename: "a.png" }), label: 1 }] as const;
  const run = () => cohortFromRecords(labelled, { source: "x", under: "deep/inside" });
  expect(run).toThrow(InvalidArgumentError);
  expect(run).toThrow(expect.objectContaining({ parameter: "labelled", value: "../../a.png" }));
});
