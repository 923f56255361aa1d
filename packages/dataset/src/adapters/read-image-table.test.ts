import { basename, join } from "node:path";
import { FileError, InterruptedError, InvalidArgumentError, MetadataError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { stringify } from "csv-stringify/sync";
import fc from "fast-check";
import { temporaryFolder } from "../testing/folders.js";
import { type ImageTableOptions, readImageTable } from "./read-image-table.js";

const COLUMNS = { path: "image", finding: "label" };

async function table(...lines: string[]): Promise<string> {
  const folder = await temporaryFolder({ "our-images.csv": `${lines.join("\n")}\n` });
  return join(folder, "our-images.csv");
}

test("reads facts as people write them, and counts the gaps", async () => {
  const csv = await table(
    "image,label,id,age,sex",
    "1.png,a,7.0,018M,male",
    "2.png,a,nan,006W,Female",
    '3.png,a,7,"45,5",N/A',
    "4.png,a,?,45 years,m",
    "5.png,a,x,unknown,0",
  );
  const columns = { ...COLUMNS, patientId: "id", age: "age", sex: "sex" };
  const { records, leftOut } = await readImageTable(csv, { columns, source: "s" });
  expect(records.map(({ patientId }) => patientId)).toEqual(["s:7", null, "s:7", null, "s:x"]);
  expect(records.map(({ sex }) => sex)).toEqual(["M", "F", null, "M", "0"]);
  expect(records.map(({ age }) => age?.toFixed(2))).toEqual(["1.50", "0.11", "45.50", "45.00", undefined]);
  expect(leftOut.map(({ count }) => count).sort()).toEqual([1, 1, 2]);
  const range = await table("image,label,age", "1.png,a,45-50");
  await expect(readImageTable(range, { columns: { ...COLUMNS, age: "age" } })).rejects.toMatchObject({
    column: "age",
  });
});

test("reads columns of any name, and keeps the others", async () => {
  const csv = await table(
    "Subject,image,label,Age (y),SEX,projection,split,blank",
    "7,covid/a.png,COVID-19,54,F,PA,train,",
    ',b.png,"No Finding",,,,,',
  );
  const { records, ...rest } = await readImageTable(csv, {
    columns: { ...COLUMNS, patientId: "subject", age: "Age (y)", sex: "sex", view: "projection" },
    view: "AP",
    modality: "X-ray",
    license: "CC0",
  });
  expect(rest).toEqual({ source: csv.replace(/\.csv$/, ""), root: join(csv, ".."), moved: [], leftOut: [] });
  expect(records).toHaveLength(2);
  expect(records[0]).toMatchObject({
    line: 2,
    patientId: csv.replace(".csv", ":7"),
    folder: "covid",
    filename: "a.png",
    finding: "COVID-19",
    age: 54,
    sex: "F",
    view: "PA",
    modality: "X-ray",
    license: "CC0",
    otherColumns: { split: "train" },
  });
  expect(records[1]).toMatchObject({
    line: 3,
    patientId: null,
    folder: ".",
    filename: "b.png",
    finding: "No Finding",
    age: null,
    sex: null,
    view: "AP",
    otherColumns: {},
  });
});

test("a licence of the image goes before that of the collection; every field can be filled", async () => {
  const csv = await table("image,label,rights,T,day", "a.png,x,CC BY-ND,38.5,2020-03-01", "b.png,x,,,");
  const { records } = await readImageTable(csv, {
    columns: { ...COLUMNS, license: "rights", temperature: "T", date: "day" },
    license: "CC BY",
  });
  expect(records.map(({ license, temperature, date }) => [license, temperature, date])).toEqual([
    ["CC BY-ND", 38.5, "2020-03-01"],
    ["CC BY", null, null],
  ]);
});

test("paths may be absolute inside the root, written on Windows, or with detours", async () => {
  const root = await temporaryFolder();
  const csv = await table("image,label", `${root}/x/a.png,1`, "x\\b.png,1", "./x//c.png,1", "y/../d.png,1");
  const { records } = await readImageTable(csv, { columns: COLUMNS, root });
  expect(records.map((record) => `${record.folder}/${record.filename}`)).toEqual([
    "x/a.png",
    "x/b.png",
    "x/c.png",
    "./d.png",
  ]);
});

test.each([
  ["../a.png"],
  ["x/../../a.png"],
  ["..\\a.png"],
  ["/etc/passwd"],
  ["C:\\images\\a.png"],
  ["https://example.org/a.png"],
  [" "],
  ["."],
  ["x/"],
])("a path of %j is an error with line and column", async (path) => {
  const csv = await table("image,label", "a.png,1", `"${path}",1`);
  const failure = readImageTable(csv, { columns: COLUMNS });
  await expect(failure).rejects.toBeInstanceOf(MetadataError);
  await expect(failure).rejects.toMatchObject({
    path: csv,
    reason: "invalid-value",
    line: 3,
    column: "image",
  });
});

test("an image that is listed twice names both lines, however it is written", async () => {
  const csv = await table("image,label", "x/a.png,1", "b.png,1", "x\\.\\a.png,0");
  const failure = readImageTable(csv, { columns: COLUMNS });
  await expect(failure).rejects.toBeInstanceOf(MetadataError);
  await expect(failure).rejects.toMatchObject({
    reason: "duplicate-key",
    line: 4,
    column: "image",
    message: expect.stringContaining("x/a.png already appears on line 2"),
  });
});

test.each([";", "\t"])("columns that are separated by %j are told", async (separator) => {
  const csv = await table(["image", "label"].join(separator), ["a.png", "1"].join(separator));
  const failure = readImageTable(csv, { columns: COLUMNS });
  await expect(failure).rejects.toBeInstanceOf(MetadataError);
  await expect(failure).rejects.toMatchObject({
    reason: "missing-column",
    line: 1,
    message: expect.stringContaining("separate the columns by commas"),
  });
});

test("a column that is not there, and a number that is none", async () => {
  const csv = await table("image,label,age", "a.png,1,fifty");
  const absent = readImageTable(csv, { columns: { ...COLUMNS, patientId: "subject" } });
  await expect(absent).rejects.toBeInstanceOf(MetadataError);
  await expect(absent).rejects.toMatchObject({ reason: "missing-column", line: 1, column: "subject" });
  const number = readImageTable(csv, { columns: { ...COLUMNS, age: "age" } });
  await expect(number).rejects.toMatchObject({ reason: "invalid-value", line: 2, column: "age" });
});

test.each([
  ["columns", { columns: { path: "image" } }],
  ["columns", { columns: { finding: "label" } }],
  ["columns", { columns: { ...COLUMNS, folder: "label" } }],
  ["columns", { columns: { ...COLUMNS, age: 3 } }],
  ["columns", {}],
  ["source", { columns: COLUMNS, source: "" }],
])("refuses %s as in case %#", async (parameter, options) => {
  const failure = readImageTable(await table("image,label", "a.png,1"), options as ImageTableOptions);
  await expect(failure).rejects.toBeInstanceOf(InvalidArgumentError);
  await expect(failure).rejects.toMatchObject({ parameter });
});

test("a table that is missing, and one that is stopped", async () => {
  const folder = await temporaryFolder();
  const absent = readImageTable(join(folder, "x.csv"), { columns: COLUMNS });
  await expect(absent).rejects.toBeInstanceOf(FileError);
  await expect(absent).rejects.toMatchObject({ reason: "missing" });
  const stopped = readImageTable(join(folder, "x.csv"), { columns: COLUMNS, signal: AbortSignal.abort() });
  await expect(stopped).rejects.toBeInstanceOf(InterruptedError);
});

test("any paths and labels come back in the order of the table", async () => {
  const text = fc
    .string({ unit: fc.constantFrom("a", "é", "😀", ",", '"', " ", ";", "0"), minLength: 1, maxLength: 8 })
    .map((name) => `x${name}x`);
  const paths = fc.uniqueArray(fc.array(text, { minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: 8,
    selector: (parts) => parts.join("/"),
  });
  await fc.assert(
    fc.asyncProperty(paths, text, async (all, label) => {
      const csv = await table(
        stringify([["label", "image"], ...all.map((parts) => [label, parts.join("/")])]),
      );
      const { records } = await readImageTable(csv, { columns: COLUMNS });
      expect(
        records.map(({ folder, filename }) => (folder === "." ? filename : `${folder}/${filename}`)),
      ).toEqual(all.map((parts) => parts.join("/")));
      expect(records.map(({ filename }) => filename)).toEqual(all.map((parts) => basename(parts.at(-1)!)));
      expect(new Set(records.map(({ finding }) => finding))).toEqual(new Set([label]));
    }),
    { numRuns: 40 },
  );
});
