import { InvalidArgumentError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { record } from "../testing/record.js";
import { cohortFromRecords } from "./cohort-from-records.js";
import { radiographRow } from "./to-cohort-row.js";

test("gives a row for each record, in order, with what the record says", () => {
  const first = record({ folder: "images", filename: "a.png", license: "CC BY-ND", patientId: null });
  const second = record({ folder: ".", filename: "b.png", finding: "SARS", patientId: "x:7" });
  const labelled = [
    { record: first, label: 1 },
    { record: second, label: 0 },
  ] as const;
  const rest = { source: "x", split: null, status: "used" };
  expect(cohortFromRecords(labelled, { source: "x" })).toEqual([
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
  expect(cohortFromRecords(labelled, options)).toEqual(labelled.map(radiographRow));
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
