import { EmptySelectionError, InvalidArgumentError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import type { LabelledRecord } from "../records/group-findings.js";
import { RandomState } from "../splits/random-state.js";
import { record } from "../testing/record.js";
import { balance } from "./balance.js";
import { countLabels } from "./count-labels.js";

function labelled(positive: number, negative: number): LabelledRecord[] {
  return Array.from({ length: positive + negative }, (_, i) => ({
    record: record({ filename: `${i}.png`, patientId: `p${i}`, finding: i < positive ? "COVID-19" : "SARS" }),
    label: i < positive ? 1 : 0,
  }));
}

const NORMALS = Array.from({ length: 100 }, (_, i) => `IM-${1000 + i}-0001.jpeg`);

test("draws the missing negatives with replacement, as NumPy's choice does", () => {
  const selected = labelled(11, 3);
  expect(countLabels(selected)).toEqual({ positive: 11, negative: 3 });
  const rows = balance(selected, NORMALS, new RandomState(42));
  expect(countLabels(rows)).toEqual({ positive: 11, negative: 11 });
  // numpy.random.RandomState(42).choice(100, 8), NumPy 1.24.2
  const drawn = [51, 92, 14, 71, 60, 20, 82, 86].map((index) => NORMALS[index]!);
  expect(rows.slice(14).map(({ filename }) => filename)).toEqual(drawn);
});

test("rows carry path, patient, finding, licence and source", () => {
  const [{ record: own, label }] = labelled(1, 0) as [LabelledRecord];
  const rows = balance(
    [{ record: { ...own, license: "CC BY-SA" }, label }],
    ["IM-0115-0001.jpeg"],
    new RandomState(0),
  );
  expect(rows).toEqual([
    {
      path: "covid-chestxray-dataset/images/0.png",
      filename: "0.png",
      patientId: "p0",
      finding: "COVID-19",
      license: "CC BY-SA",
      source: "covid-chestxray-dataset",
      label: 1,
      split: null,
      status: "used",
    },
    {
      path: "chest_xray/train/NORMAL/IM-0115-0001.jpeg",
      filename: "IM-0115-0001.jpeg",
      patientId: "chest-xray-pneumonia:IM-0115",
      finding: "NORMAL",
      license: "CC BY 4.0",
      source: "chest-xray-pneumonia",
      label: 0,
      split: null,
      status: "used",
    },
  ]);
});

test("fewer normals than needed come more than once", () => {
  const rows = balance(labelled(9, 0), NORMALS.slice(0, 2), new RandomState(1));
  expect(new Set(rows.slice(9).map(({ path }) => path)).size).toBeLessThanOrEqual(2);
  expect(rows).toHaveLength(18);
});

test("even classes need no normals", () => {
  expect(balance(labelled(2, 2), [], new RandomState(1))).toHaveLength(4);
});

test("no normals, and too many negatives, are errors", () => {
  const empty = () => balance(labelled(2, 1), [], new RandomState(1));
  expect(empty).toThrow(EmptySelectionError);
  expect(empty).toThrow(expect.objectContaining({ selection: "normals" }));
  const inverse = () => balance(labelled(1, 2), NORMALS, new RandomState(1));
  expect(inverse).toThrow(InvalidArgumentError);
  expect(inverse).toThrow(
    expect.objectContaining({ parameter: "labelled", value: { positive: 1, negative: 2 } }),
  );
});
