import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { EmptySelectionError, FileError, InvalidArgumentError, MetadataError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { countLabels, type Label, type LabelledRecord } from "../records/labels.js";
import { RandomState } from "../splits/random-state.js";
import { temporaryFolder } from "../testing/folders.js";
import { record } from "../testing/rows.js";
import { balance, cohortFromList, readStudyList, type StudyList, writeStudyList } from "./study-cohort.js";

async function read(...lines: string[]) {
  const folder = await temporaryFolder({ "chestxrays.csv": `${lines.join("\n")}\n` });
  return readStudyList(join(folder, "chestxrays.csv"));
}

test("reads paths relative to the study folder, repeated rows too", async () => {
  const list = await read("filename,covid-19", "../a/images/x.png,1", "../b/y.jpeg,0", "b/y.jpeg,0");
  expect(list.rows).toEqual([
    { line: 2, path: "a/images/x.png", label: 1 },
    { line: 3, path: "b/y.jpeg", label: 0 },
    { line: 4, path: "b/y.jpeg", label: 0 },
  ]);
});

test.each([
  ["../a.png,2", "covid-19"],
  ["../a.png,", "covid-19"],
  ["../a.png,yes", "covid-19"],
  [",1", "filename"],
  ["../../a.png,1", "filename"],
  ["../b/../../a.png,1", "filename"],
  ["/etc/a.png,1", "filename"],
])("row %s is an error that names its line", async (row, column) => {
  const failure = read("filename,covid-19", "../good.png,1", row);
  await expect(failure).rejects.toBeInstanceOf(MetadataError);
  await expect(failure).rejects.toMatchObject({ reason: "invalid-value", line: 3, column });
});

test("a missing column, and a missing file, are errors", async () => {
  const columns = read("filename,label", "../a.png,1");
  await expect(columns).rejects.toBeInstanceOf(MetadataError);
  await expect(columns).rejects.toMatchObject({ reason: "missing-column", column: "covid-19", line: 1 });
  const absent = readStudyList(join(await temporaryFolder(), "chestxrays.csv"));
  await expect(absent).rejects.toBeInstanceOf(FileError);
  await expect(absent).rejects.toMatchObject({ reason: "missing" });
});

test("is written in the study's form", async () => {
  const path = join(await temporaryFolder(), "new", "chestxrays.csv");
  await writeStudyList(path, [
    { path: "a/images/x.png", label: 1 },
    { path: "b/y.jpeg", label: 0 },
  ]);
  expect(await readFile(path, "utf8")).toBe("filename,covid-19\n../a/images/x.png,1\n../b/y.jpeg,0\n");
});

test("comes back as it was written, whatever the names", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "chestxrays.csv");
  const name = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r", " ", "é", "😀"), minLength: 1 });
  const row = fc.record({ path: name.map((text) => `images/${text}`), label: fc.constantFrom<Label>(0, 1) });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 5 }), async (rows) => {
      await writeStudyList(path, rows);
      const list = await readStudyList(path);
      expect(list.rows.map(({ path: read, label }) => ({ path: read, label }))).toEqual(rows);
    }),
    { numRuns: 50 },
  );
});

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

function labelled(positive: number, negative: number): LabelledRecord[] {
  return Array.from({ length: positive + negative }, (_, i) => ({
    record: record({ filename: `${i}.png`, patientId: `p${i}`, finding: i < positive ? "COVID-19" : "SARS" }),
    label: i < positive ? 1 : 0,
  }));
}

const DRAWN_FROM = Array.from({ length: 100 }, (_, i) => `IM-${1000 + i}-0001.jpeg`);

test("draws the missing negatives with replacement, as NumPy's choice does", () => {
  const selected = labelled(11, 3);
  expect(countLabels(selected)).toEqual({ positive: 11, negative: 3 });
  const rows = balance(selected, DRAWN_FROM, new RandomState(42));
  expect(countLabels(rows)).toEqual({ positive: 11, negative: 11 });
  // numpy.random.RandomState(42).choice(100, 8), NumPy 1.24.2
  const drawn = [51, 92, 14, 71, 60, 20, 82, 86].map((index) => DRAWN_FROM[index]!);
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
  const rows = balance(labelled(9, 0), DRAWN_FROM.slice(0, 2), new RandomState(1));
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
  const inverse = () => balance(labelled(1, 2), DRAWN_FROM, new RandomState(1));
  expect(inverse).toThrow(InvalidArgumentError);
  expect(inverse).toThrow(
    expect.objectContaining({ parameter: "labelled", value: { positive: 1, negative: 2 } }),
  );
});
