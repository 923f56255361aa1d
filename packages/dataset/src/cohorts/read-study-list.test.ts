import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FileError, MetadataError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Label } from "../records/group-findings.js";
import { temporaryFolder } from "../testing/temporary-folder.js";
import { readStudyList } from "./read-study-list.js";
import { writeStudyList } from "./write-study-list.js";

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
