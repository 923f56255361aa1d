import { readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { FileError, MetadataError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { readImageTable } from "../adapters/read-image-table.js";
import { groupFindings, type Label } from "../records/labels.js";
import { sourceOfPath } from "../study/constants.js";
import { temporaryFolder } from "../testing/folders.js";
import { cohortRow } from "../testing/rows.js";
import { readCohort, writeCohort } from "./cohort-file.js";
import { type CohortRow, cohortFromRecords, STATUSES } from "./cohort-row.js";

const HEADER = "filename,patientId,finding,source,label,split,status";

const rows = [
  cohortRow("covid-chestxray-dataset/images/a,b.png", {
    patientId: "4",
    finding: "COVID-19, ARDS",
    license: "CC BY-NC-ND",
    label: 1,
  }),
  cohortRow("chest_xray/train/NORMAL/c.jpeg", {
    license: "CC BY 4.0",
    split: null,
    status: "missing",
  }),
];

test("writes one line for each row", async () => {
  const path = join(await temporaryFolder(), "run", "cohort.csv");
  await writeCohort(path, rows);
  expect(await readFile(path, "utf8")).toBe(
    [
      "filename,patientId,finding,source,label,split,status,license,derivatives",
      '"a,b.png",4,"COVID-19, ARDS",covid-chestxray-dataset,1,train,used,CC BY-NC-ND,forbidden',
      "c.jpeg,,SARS,chest-xray-pneumonia,0,,missing,CC BY 4.0,allowed",
      "",
    ].join("\n"),
  );
  expect(await readCohort(path)).toEqual(rows);
});

test("accounts for each row of a table, in the cohort or not", async () => {
  const folder = await temporaryFolder({
    "t.csv":
      "image,label,patient\na.png,covid,1\nb.png,todo,2\n,,\nc.png\na.png,covid,9\na.png,covid,1\nd.png,normal,3\n",
  });
  const collection = await readImageTable(join(folder, "t.csv"), { source: "t" });
  const labelled = groupFindings(collection.records, { positive: ["covid"], excluded: ["todo"] });
  const cohort = cohortFromRecords(labelled, { source: "t", under: "images" });
  const path = join(folder, "cohort.csv");
  await writeCohort(path, cohort, { collections: [collection] });
  const lines = parse(await readFile(path), { columns: true }) as Record<string, string>[];
  expect(lines).toHaveLength(collection.table!.rows);
  expect(
    lines.map(({ filename, status, line, reason }) => [filename, status, line, reason!.slice(0, 9)]),
  ).toEqual([
    ["a.png", "used", "", ""],
    ["a.png", "used", "", ""],
    ["d.png", "used", "", ""],
    ["b.png", "left-out", "3", "not taken"],
    ["", "left-out", "4", "rows with"],
    ["c.png", "left-out", "5", "rows with"],
    ["a.png", "left-out", "7", "further r"],
  ]);
  expect(await readCohort(path)).toEqual(cohort);
});

test("adds the path where source and name do not tell it", async () => {
  const path = join(await temporaryFolder(), "cohort.csv");
  const other = [...rows, cohortRow("ours/2021/d.png", { source: "Hospital A" })];
  await writeCohort(path, other);
  expect((await readFile(path, "utf8")).split("\n")[3]).toBe(
    "d.png,,SARS,Hospital A,0,train,used,,unknown,ours/2021/d.png",
  );
  expect(await readCohort(path)).toEqual(other);
});

test("reads a cohort without licences, and takes no mark from a file", async () => {
  const folder = await temporaryFolder({
    "older.csv": `${HEADER}\na.png,,SARS,images,1,train,used\n`,
    "changed.csv": `${HEADER},license,derivatives\na.png,,SARS,images,1,train,used,CC BY-ND,allowed\n`,
  });
  expect((await readCohort(join(folder, "older.csv")))[0]!.license).toBeNull();
  const [row] = await readCohort(join(folder, "changed.csv"));
  expect(row).toMatchObject({ license: "CC BY-ND" });
  expect(row).not.toHaveProperty("derivatives");
});

const token = fc.string({
  unit: fc.constantFrom("a", "7", ",", '"', "\n", "\r", " ", "é", "😀", ";", "'"),
  maxLength: 8,
});
const name = token.map((text) => `${text}x`);
const anyRow: fc.Arbitrary<CohortRow> = fc
  .record({
    folder: fc.constantFrom(
      "covid-chestxray-dataset/images",
      "chest_xray/train/NORMAL",
      "covid-chestxray-dataset/volumes",
      ".",
    ),
    filename: name,
    patientId: fc.option(name),
    finding: token,
    license: fc.option(name),
    source: fc.option(name),
    label: fc.constantFrom<Label>(0, 1),
    split: fc.constantFrom(null, "train", "validation", "fold 3"),
    status: fc.constantFrom(...STATUSES),
  })
  .map(({ folder, source, ...rest }) => {
    const path = posix.join(folder, rest.filename);
    return { ...rest, path, source: source ?? sourceOfPath(path) };
  });

test("any cohort comes back as it was written", async () => {
  const path = join(await temporaryFolder(), "cohort.csv");
  await fc.assert(
    fc.asyncProperty(fc.array(anyRow, { minLength: 1, maxLength: 5 }), async (cohort) => {
      await writeCohort(path, cohort);
      expect(await readCohort(path)).toEqual(cohort);
    }),
    { numRuns: 100 },
  );
});

test.each([
  [`${HEADER}\na.png,,SARS,images,2,train,used\n`, { reason: "invalid-value", column: "label", line: 2 }],
  [`${HEADER}\na.png,,SARS,images,1,train,\n`, { reason: "invalid-value", column: "status", line: 2 }],
  [`${HEADER}\n,,SARS,images,1,train,used\n`, { reason: "invalid-value", column: "filename", line: 2 }],
  [`${HEADER}\na.png,,SARS,,1,train,used\n`, { reason: "invalid-value", column: "source", line: 2 }],
  [
    `${HEADER},path\na.png,,SARS,A,1,train,used,x/b.png\n`,
    { reason: "invalid-value", column: "path", line: 2 },
  ],
  [`${HEADER}\na.png,,SARS\n`, { reason: "broken-row", line: 2 }],
  ["filename,patientId\na.png,1\n", { reason: "missing-column", column: "finding", line: 1 }],
  [`${HEADER}\n`, { reason: "empty", line: 1 }],
])("%j is an error", async (content, fields) => {
  const path = join(await temporaryFolder({ "cohort.csv": content }), "cohort.csv");
  const failure = readCohort(path);
  await expect(failure).rejects.toBeInstanceOf(MetadataError);
  await expect(failure).rejects.toMatchObject({ path, ...fields });
});

test("a folder that cannot be written is an error", async () => {
  const folder = await temporaryFolder({ file: "" });
  const failure = writeCohort(join(folder, "file", "cohort.csv"), rows);
  await expect(failure).rejects.toBeInstanceOf(FileError);
  await expect(failure).rejects.toMatchObject({ reason: "unwritable" });
});
