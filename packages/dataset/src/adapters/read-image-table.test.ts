import { writeFile } from "node:fs/promises";
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
  const { records, leftOut, remarks } = await readImageTable(csv, { columns, source: "s" });
  expect(records.map(({ patientId }) => patientId)).toEqual(["s:7", null, "s:7", null, "s:x"]);
  expect(records.map(({ sex }) => sex)).toEqual(["M", "F", null, "M", "0"]);
  expect(records.map(({ age }) => age?.toFixed(2))).toEqual(["1.50", "0.11", "45.50", "45.00", undefined]);
  expect(leftOut).toEqual([]);
  expect(remarks!.map(({ count }) => count).sort()).toEqual([1, 1, 2]);
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
  expect(rest).toEqual({
    ...{ source: csv.replace(/\.csv$/, ""), root: join(csv, ".."), moved: [], leftOut: [], remarks: [] },
    table: { path: csv, encoding: "utf-8", delimiter: ",", rows: 2, leftOut: [] },
  });
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

test("an image in several rows has one record, and one for each further patient", async () => {
  const lines = ["x/a.png,1,p", "b.png,1,q", "x\\.\\a.png,1,p", "x/a.png,1,r"];
  const csv = await table("image,label,patient", ...lines);
  const { records, remarks, leftOut, table: reading } = await readImageTable(csv, { source: "s" });
  expect(records.map(({ filename, patientId }) => [filename, patientId])).toEqual([
    ["a.png", "s:p"],
    ["b.png", "s:q"],
    ["a.png", "s:r"],
  ]);
  expect(reading).toMatchObject({ rows: 4, leftOut: [{ line: 4, name: "a.png" }] });
  const what = "further rows of an image (one record has them all)";
  expect(leftOut).toEqual([{ what, count: 1, examples: ["a.png (line 4)"], unit: "rows" }]);
  expect(remarks!.map(({ examples }) => examples)).toEqual([["a.png (lines 2, 5; patients s:p, s:r)"]]);
});

test("an image with two findings is asked about; joined, it has both", async () => {
  const csv = await table(
    "image,label",
    "a.png,Mass|Nodule",
    "b.png,None",
    "a.png,Nodule",
    "a.png,Atelectasis",
  );
  const failure = readImageTable(csv);
  await expect(failure).rejects.toBeInstanceOf(MetadataError);
  await expect(failure).rejects.toMatchObject({
    ...{ reason: "duplicate-key", line: 4 },
    message: expect.stringContaining('set severalFindings: "join"'),
  });
  const { records, table: reading } = await readImageTable(csv, { severalFindings: "join" });
  expect(records.map(({ finding }) => finding)).toEqual(["Atelectasis|Mass|Nodule", "None"]);
  expect(reading!.leftOut.map(({ line }) => line)).toEqual([4, 5]);
});

test.each([";", "\t", "|"])("columns that are separated by %j are read, and said", async (separator) => {
  const csv = await table(["image", "label"].join(separator), ["a.png", "1,5"].join(separator));
  const { records, table: reading } = await readImageTable(csv, { columns: COLUMNS });
  expect(records.map(({ filename, finding }) => [filename, finding])).toEqual([["a.png", "1,5"]]);
  expect(reading!.delimiter).toBe(separator);
});

test("columns are found by usual names", async () => {
  const csv = await table(
    "Image Index,Finding Labels,Patient ID,Patient Age,Patient Gender,View Position,Split,Hospital,Follow-up #",
    "a.png,Mass,7,058Y,f,PA,train,north,2",
  );
  const { records } = await readImageTable(csv, { source: "s" });
  expect(records[0]).toMatchObject({
    ...{ filename: "a.png", finding: "Mass", patientId: "s:7", age: 58, sex: "F", view: "PA" },
    otherColumns: { split: "train", source: "north", "Follow-up #": "2" },
  });
});

test("of two columns that may be meant, which one is asked where it decides, and neither is taken where not", async () => {
  const csv = await table("path,label,finding,age,patient age", "a.png,pos,COVID-19,5,6");
  const failure = readImageTable(csv);
  await expect(failure).rejects.toMatchObject({ reason: "duplicate-key", line: 1, column: "label" });
  await expect(failure).rejects.toThrow(/got "finding" and "label"; name the one meant: columns/);
  const { records } = await readImageTable(csv, { columns: { finding: "label" } });
  expect(records[0]).toMatchObject({ finding: "pos", age: null });
  expect(records[0]!.otherColumns).toEqual({ finding: "COVID-19", age: "5", "patient age": "6" });
  const none = readImageTable(await table("name,label", "a.png,1"));
  await expect(none).rejects.toMatchObject({ reason: "missing-column", column: "path" });
});

test("a damaged character refuses a label, and nothing else", async () => {
  const bytes = (label: string, note: string) =>
    Buffer.concat([Buffer.from(`image,label,note\nü.png,x,é\na.png,${label},`), Buffer.from(note, "latin1")]);
  const damaged = "\xE9\xE9\xFF\xFF";
  const csv = await table("");
  await writeFile(csv, bytes("x", damaged));
  const { records, remarks } = await readImageTable(csv);
  expect(records).toHaveLength(2);
  expect(remarks).toMatchObject([{ count: 1, examples: ["line 3"] }]);
  await writeFile(
    csv,
    Buffer.concat([Buffer.from("image,label\nü.png,é\na.png,"), Buffer.from(damaged, "latin1")]),
  );
  await expect(readImageTable(csv)).rejects.toMatchObject({
    reason: "invalid-value",
    line: 3,
    column: "label",
  });
});

test("a column that is not there, and a number that is none", async () => {
  const csv = await table("image,label,age", "a.png,1,fifty", "b.png,1,45-50", "c.png,1,12");
  const absent = readImageTable(csv, { columns: { ...COLUMNS, patientId: "subject" } });
  await expect(absent).rejects.toBeInstanceOf(MetadataError);
  await expect(absent).rejects.toMatchObject({ reason: "missing-column", line: 1, column: "subject" });
  const { records, remarks } = await readImageTable(csv, { columns: { ...COLUMNS, age: "age" } });
  expect(records.map(({ age }) => age)).toEqual([null, null, 12]);
  const what = 'cells of column "age" that are no number, read as missing';
  expect(remarks).toEqual([{ what, count: 2, examples: ["fifty (line 2)", "45-50 (line 3)"] }]);
});

test.each([
  ["columns", { columns: { ...COLUMNS, folder: "label" } }],
  ["columns", { columns: { ...COLUMNS, age: 3 } }],
  ["columns", { columns: "label" }],
  ["severalFindings", { severalFindings: "first" }],
  ["encoding", { encoding: "klingon" }],
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
