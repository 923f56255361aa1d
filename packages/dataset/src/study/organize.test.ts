import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FileError, InterruptedError, InvalidArgumentError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { temporaryFolder } from "../testing/folders.js";
import { cohortRow } from "../testing/rows.js";
import { organize } from "./organize.js";

const rows = [
  cohortRow("images/a.png", { label: 1 }),
  cohortRow("normal/b.png"),
  cohortRow("normal/b.png", { status: "duplicate" }),
  cohortRow("normal/gone.png", { status: "missing" }),
  cohortRow("normal/b.png", { split: "test" }),
  cohortRow("images/c.png", { split: "test", label: 1 }),
  cohortRow("images/d.png", { split: "predict", label: 1 }),
  cohortRow("normal/d.png", { split: "predict" }),
];
const files = Object.fromEntries(
  rows.filter((row) => row.status !== "missing").map(({ path }) => [path, `bytes of ${path}`]),
);

async function tree(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

test("fills the study's folders with each used file once", async () => {
  const study = await temporaryFolder(files);
  const out = join(await temporaryFolder(), "new", "organized");
  const expected = {
    train: { positive: 1, negative: 1 },
    test: { positive: 1, negative: 1 },
    predict: { positive: 1, negative: 1 },
  };
  expect(await organize(rows, study, out)).toEqual(expected);
  const names = [
    "predict/0-d.png",
    "predict/1-d.png",
    "test/0_normal/b.png",
    "test/1_covid/c.png",
    "train/0_normal/b.png",
    "train/1_covid/a.png",
  ];
  expect(await tree(out)).toEqual(names);
  expect(await readFile(join(out, "predict/0-d.png"), "utf8")).toBe("bytes of normal/d.png");
  expect(await organize(rows, study, out)).toEqual(expected);
  expect(await tree(out)).toEqual(names);
});

test("makes all folders, also empty ones", async () => {
  const out = await temporaryFolder();
  await organize([], "nowhere", out);
  expect((await readdir(out, { recursive: true })).sort()).toEqual([
    "predict",
    "test",
    "test/0_normal",
    "test/1_covid",
    "train",
    "train/0_normal",
    "train/1_covid",
  ]);
});

test("changing a copy leaves the study alone", async () => {
  const study = await temporaryFolder(files);
  const out = await temporaryFolder();
  await organize(rows, study, out);
  await writeFile(join(out, "train/1_covid/a.png"), "changed");
  expect(await readFile(join(study, "images/a.png"), "utf8")).toBe("bytes of images/a.png");
});

test.each(["x.png", "X.PNG"])(
  "two files that would take the name of x.png (%s) are refused before any copy",
  async (name) => {
    const study = await temporaryFolder({ "one/x.png": "1", [`two/${name}`]: "2" });
    const out = await temporaryFolder();
    const failure = organize([cohortRow("one/x.png"), cohortRow(`two/${name}`)], study, out);
    await expect(failure).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(failure).rejects.toMatchObject({ parameter: "rows", value: ["one/x.png", `two/${name}`] });
    expect(await readdir(out)).toEqual([]);
  },
);

test("a used row without a split is refused", async () => {
  const failure = organize([cohortRow("images/a.png", { split: null })], "study", await temporaryFolder());
  await expect(failure).rejects.toBeInstanceOf(InvalidArgumentError);
  await expect(failure).rejects.toMatchObject({ parameter: "rows", value: "images/a.png" });
});

test("files of another cohort are refused", async () => {
  const study = await temporaryFolder(files);
  const out = await temporaryFolder({ "test/1_covid/old.png": "" });
  const failure = organize(rows, study, out);
  await expect(failure).rejects.toBeInstanceOf(FileError);
  await expect(failure).rejects.toMatchObject({ reason: "unwritable", path: join(out, "test/1_covid") });
});

test("a file that vanished, a folder in its place and an out folder that is a file are errors", async () => {
  const study = await temporaryFolder({ "images/folder.png/x": "", file: "" });
  const cases = [
    { row: "images/gone.png", out: await temporaryFolder(), reason: "missing" },
    { row: "images/folder.png", out: await temporaryFolder(), reason: "unreadable" },
    { row: "file", out: join(study, "file"), reason: "unwritable" },
  ];
  for (const { row, out, reason } of cases) {
    const failure = organize([cohortRow(row)], study, out);
    await expect(failure).rejects.toBeInstanceOf(FileError);
    await expect(failure).rejects.toMatchObject({ reason });
  }
});

test("can be stopped", async () => {
  const study = await temporaryFolder(files);
  const out = await temporaryFolder();
  const failure = organize(rows, study, out, { signal: AbortSignal.abort() });
  await expect(failure).rejects.toBeInstanceOf(InterruptedError);
  await expect(failure).rejects.toMatchObject({ operation: "organizing" });
  expect(await tree(out)).toEqual([]);
});
