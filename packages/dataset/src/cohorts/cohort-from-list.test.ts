import { MetadataError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import type { Label } from "../records/group-findings.js";
import { record } from "../testing/record.js";
import { cohortFromList } from "./cohort-from-list.js";
import type { StudyList } from "./read-study-list.js";

const LABELLED = [
  { record: record({ filename: "a.png", patientId: "4", finding: "COVID-19", line: 2 }), label: 1 as const },
  { record: record({ filename: "b.png", patientId: "5", finding: "SARS", line: 9 }), label: 0 as const },
];
const IMAGES = "covid-chestxray-dataset/images";
const NORMALS = "chest_xray/train/NORMAL";

function list(...rows: [string, Label][]): StudyList {
  return { path: "chestxrays.csv", rows: rows.map(([path, label], i) => ({ line: i + 2, path, label })) };
}

test("joins patient and finding to every row; normals may repeat", () => {
  const rows = cohortFromList(
    list(
      [`${IMAGES}/a.png`, 1],
      [`${NORMALS}/IM-0001-0001.jpeg`, 0],
      [`${IMAGES}/b.png`, 0],
      [`${NORMALS}/IM-0001-0001.jpeg`, 0],
    ),
    LABELLED,
  );
  expect(
    rows.map(({ filename, patientId, finding, label }) => [filename, patientId, finding, label]),
  ).toEqual([
    ["a.png", "4", "COVID-19", 1],
    ["IM-0001-0001.jpeg", "chest-xray-pneumonia:IM-0001", "NORMAL", 0],
    ["b.png", "5", "SARS", 0],
    ["IM-0001-0001.jpeg", "chest-xray-pneumonia:IM-0001", "NORMAL", 0],
  ]);
  expect(rows.every(({ split, status }) => split === null && status === "used")).toBe(true);
});

test.each<[string, [string, Label][], Partial<MetadataError>]>([
  [
    "a radiograph that is not selected",
    [[`${IMAGES}/c.png`, 1]],
    { reason: "invalid-value", column: "filename", line: 2 },
  ],
  [
    "a path of neither source",
    [["other/a.png", 0]],
    { reason: "invalid-value", column: "filename", line: 2 },
  ],
  [
    "a file below the normals' folder",
    [[`${NORMALS}/x/a.png`, 0]],
    { reason: "invalid-value", column: "filename", line: 2 },
  ],
  ["another label", [[`${IMAGES}/a.png`, 0]], { reason: "invalid-value", column: "covid-19", line: 2 }],
  [
    "a positive normal",
    [
      [`${IMAGES}/a.png`, 1],
      [`${NORMALS}/n.png`, 1],
    ],
    { reason: "invalid-value", column: "covid-19", line: 3 },
  ],
  [
    "a radiograph twice",
    [
      [`${IMAGES}/a.png`, 1],
      [`${IMAGES}/a.png`, 1],
    ],
    { reason: "duplicate-key", column: "filename", line: 3 },
  ],
  [
    "a selected radiograph left out",
    [[`${IMAGES}/a.png`, 1]],
    { reason: "invalid-value", column: "filename", line: 2 },
  ],
])("%s is an error that names the row", (_, rows, fields) => {
  const run = () => cohortFromList(list(...rows), LABELLED);
  expect(run).toThrow(MetadataError);
  expect(run).toThrow(expect.objectContaining({ path: "chestxrays.csv", ...fields }));
});

test("a left-out radiograph is named with its line in the metadata", () => {
  expect(() => cohortFromList(list([`${IMAGES}/a.png`, 1]), LABELLED)).toThrow(
    /images\/b\.png \(line 9 of the metadata\)/,
  );
});
