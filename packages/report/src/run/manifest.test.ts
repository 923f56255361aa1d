import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { analyseSample } from "../testing/analyse-sample.js";
import { writeSampleRun } from "../testing/write-sample-run.js";
import { writeReport } from "../write-report.js";
import { createRun } from "./open-run.js";
import { checkRunFiles, findOtherSplit, readRun } from "./read-run.js";

let root: string;
let folder: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "covidxr-"));
  folder = join(root, "run");
});
afterEach(() => rm(root, { recursive: true, force: true }));

const read = (name: string) => readFile(join(folder, name), "utf8");
const write = (name: string, text: string) => writeFile(join(folder, name), text);
const manifest = async () => JSON.parse(await read("manifest.json"));
const edit = async (name: string, from: string | RegExp, to: string) => {
  const text = await read(name);
  expect(text.replace(from, to)).not.toBe(text);
  await write(name, text.replace(from, to));
};
const differs = (name: string, reason = "different") => ({
  ...{ name: "FileError", reason, path: join(folder, name) },
});

test("lists every file with its size and SHA-256, also those of the report", async () => {
  await writeReport(await analyseSample(folder, { kind: "holdout", thumbnails: true, audit: "clean" }));
  const { version, files, edits } = await manifest();
  expect([version, edits]).toEqual([1, []]);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const present = entries
    .filter((entry) => entry.isFile() && entry.name !== "manifest.json")
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
  expect(files.map(({ path }: { path: string }) => path)).toEqual(present.sort());
  for (const { path, bytes, sha256 } of files) {
    const content = await readFile(join(folder, path));
    expect([path, bytes, sha256]).toEqual([
      path,
      content.length,
      createHash("sha256").update(content).digest("hex"),
    ]);
  }
});

test("a run has its manifest before it says that it is finished", async () => {
  const run = await createRun(folder, { program: "test", settings: {}, now: new Date(0) });
  await rm(join(folder, "run.json"));
  // In place of a kill between the two: the record cannot be written.
  await write("manifest.json", "");
  const text = await read("manifest.json");
  expect(text).toBe("");
  await run.finish();
  const [record] = (await manifest()).files;
  expect(record.sha256).toBe(
    createHash("sha256")
      .update(await read("run.json"))
      .digest("hex"),
  );
});

test("what the writer itself does to a finished run belongs to it", async () => {
  await writeSampleRun(folder, { kind: "holdout" });
  const run = await createRun(join(root, "other"), { program: "test", settings: {}, now: new Date(0) });
  await run.finish();
  await run.writeAuditText("later");
  await run.writeThumbnail("a.png", new Uint8Array(3));
  await run.fail("failed", "no space for the report");
  await expect(checkRunFiles(run.folder, () => true)).resolves.toBeUndefined();
  await run.removeThumbnail("a.png");
  await expect(checkRunFiles(run.folder, () => true)).resolves.toBeUndefined();
});

test("a new run in the folder removes what the manifest of the earlier one names", async () => {
  await writeReport(await analyseSample(folder, { kind: "holdout", thumbnails: true }));
  await write("notes.txt", "mine");
  await createRun(folder, { program: "test", settings: {}, now: new Date(0) });
  const left = await readdir(folder, { recursive: true, withFileTypes: true });
  expect(
    left
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort(),
  ).toEqual(["notes.txt", "run.json"]);
});

describe("a finished run is refused by the file's name", () => {
  beforeEach(() => writeSampleRun(folder, { kind: "holdout", thumbnails: true, audit: "findings" }));

  test.each([
    { why: "a probability", name: "predictions.csv", from: /0\.7\d+/, to: "0.99" },
    { why: "a patient", name: "cohort.csv", from: /,(\d+),COVID-19/, to: ",999,COVID-19" },
    { why: "a loss", name: "history.csv", from: "0.7,", to: "0.1," },
    { why: "the threshold", name: "run.json", from: '"threshold":0.7', to: '"threshold":0.6' },
    { why: "that it is synthetic", name: "run.json", from: '"synthetic":false', to: '"synthetic":true' },
    { why: "a finding of the audit", name: "audit.json", from: '"leak"', to: '"issue"' },
    { why: "steps of the cohort", name: "cohort-flow.json", from: '"kept": 60', to: '"kept": 61' },
  ])("whose $name has another $why", async ({ name, from, to }) => {
    await edit(name, from, to);
    await expect(readRun(folder)).rejects.toMatchObject(differs(name));
    await expect(writeReport(folder)).rejects.toMatchObject(differs(name));
    await expect(readRun(folder)).rejects.toThrow(/restore the run's own, or .*--accept-edits$/);
  });

  test("to which a file was added that readers would take for the run's", async () => {
    await write("other-split.json", "{}");
    await expect(readRun(folder)).rejects.toMatchObject(differs("other-split.json"));
    await expect(readRun(folder)).rejects.toThrow(/expected no such file/);
  });

  test("from which a file is missing", async () => {
    await rm(join(folder, "audit.json"));
    await expect(readRun(folder)).rejects.toMatchObject(differs("audit.json", "missing"));
  });

  test("of which a thumbnail is another image: by the report, which shows it", async () => {
    const [thumbnail] = (await manifest()).files.filter((file: { path: string }) => /\.jpg$/.test(file.path));
    await write(thumbnail.path, "elsewhere");
    await expect(writeReport(folder)).rejects.toMatchObject(differs(thumbnail.path));
    expect((await readRun(folder)).integrity).toEqual({ verified: true, edited: [] });
  });

  test("whose manifest is gone, or is none", async () => {
    const own = await read("manifest.json");
    await rm(join(folder, "manifest.json"));
    await expect(readRun(folder)).rejects.toMatchObject(differs("manifest.json", "missing"));
    for (const text of ["{", "[]", '{"version":2,"files":[]}', own.replace('"bytes": ', '"bytes": -')]) {
      await write("manifest.json", text);
      await expect(readRun(folder)).rejects.toMatchObject(differs("manifest.json", "corrupt"));
    }
    const { files, ...rest } = JSON.parse(own);
    await write("manifest.json", JSON.stringify({ ...rest, files: [...files, files[0]] }));
    await expect(readRun(folder)).rejects.toThrow(/names a file twice/);
  });

  test("in one line that counts the others", async () => {
    await write("cohort.csv", "");
    await write("predictions.csv", "");
    await expect(readRun(folder)).rejects.toThrow(/cohort\.csv: .*\(and 1 more file\)/);
  });
});

test("a reader of a part of the run looks at its manifest, whatever its status says", async () => {
  await writeSampleRun(folder, { kind: "holdout" });
  await edit("run.json", '"finished"', '"interrupted"');
  await edit("history.csv", "0.7,", "0.1,");
  await expect(checkRunFiles(folder, (path) => path === "history.csv")).rejects.toMatchObject(
    differs("history.csv"),
  );
});

test("names of a later version are left to it", async () => {
  await writeSampleRun(folder, { kind: "holdout" });
  const own = await manifest();
  const later = { path: "../later.txt", bytes: 1, sha256: "0".repeat(64) };
  await write("manifest.json", JSON.stringify({ ...own, files: [...own.files, later] }));
  expect((await readRun(folder)).integrity.verified).toBe(true);
});

describe("edits that are accepted", () => {
  beforeEach(() => writeSampleRun(folder, { kind: "holdout" }));
  const accept = () => writeReport(folder, { acceptEdits: true });
  const documents = async () =>
    Promise.all(["report.html", "MODEL_CARD.md", "CLAIM.md", "metrics.json"].map(read));

  test("are marked in the manifest and in every document, for good", async () => {
    const before = (await manifest()).files.find((file: { path: string }) => file.path === "cohort.csv");
    const own = await read("cohort.csv");
    await edit("cohort.csv", /COVID-19/, "COVID 19");
    await write("audit.txt", "added");
    await accept();
    const marks = [
      { path: "audit.txt", was: null },
      { path: "cohort.csv", was: { bytes: before.bytes, sha256: before.sha256 } },
    ];
    expect((await manifest()).edits).toEqual(marks);
    const [page, card, claim, metrics] = await documents();
    const says = "Edited after the run: audit.txt and cohort.csv.";
    expect(page).toContain(says);
    expect(card!.slice(0, card!.indexOf("## "))).toContain(says.replaceAll(".", "."));
    expect(claim!.slice(0, claim!.indexOf("## "))).toContain(says);
    expect(JSON.parse(metrics!)).toMatchObject({ verified: true, edited: ["audit.txt", "cohort.csv"] });
    // Neither another report nor the old content takes a mark away.
    await writeReport(folder);
    await write("cohort.csv", own);
    await accept();
    expect((await manifest()).edits).toEqual(marks);
    expect((await readRun(folder)).integrity.edited).toEqual(["audit.txt", "cohort.csv"]);
  });

  test("mark every file when the manifest is lost", async () => {
    await rm(join(folder, "manifest.json"));
    await accept();
    const { files, edits } = await manifest();
    expect(edits.map(({ path }: { path: string }) => path)).toEqual([
      ...["cohort-flow.json", "cohort.csv", "history.csv", "predictions.csv", "run.json"],
    ]);
    expect(files.length).toBeGreaterThan(edits.length);
  });

  test("mark a file that was removed", async () => {
    await rm(join(folder, "cohort-flow.json"));
    await accept();
    expect((await manifest()).edits).toMatchObject([{ path: "cohort-flow.json", was: {} }]);
    expect((await readRun(folder)).integrity.edited).toEqual(["cohort-flow.json"]);
  });

  test("keep a model card that somebody completed; without them it is not replaced", async () => {
    await writeReport(folder);
    await edit("MODEL_CARD.md", "[to be filled in by a person", "[filled in by a person");
    await expect(writeReport(folder)).rejects.toMatchObject(differs("MODEL_CARD.md"));
    await expect(writeReport(folder)).rejects.toThrow(/which a new report would replace/);
    const { kept, files } = await accept();
    expect(kept).toEqual(["MODEL_CARD.md"]);
    expect(files).not.toContain(join(folder, "MODEL_CARD.md"));
    expect(await read("MODEL_CARD.md")).toContain("[filled in by a person");
    expect(await read("report.html")).not.toContain("Edited after the run");
    expect((await writeReport(folder)).kept).toEqual(["MODEL_CARD.md"]);
    await rm(join(folder, "MODEL_CARD.md"));
    expect((await writeReport(folder)).kept).toEqual([]);
    expect((await manifest()).edits).toEqual([]);
  });

  test("are none where no file differs", async () => {
    await accept();
    expect((await manifest()).edits).toEqual([]);
  });
});

test("a report that was stopped is made again", async () => {
  await writeReport(await analyseSample(folder, { kind: "holdout" }));
  const { files, ...rest } = await manifest();
  // As it is while a report is being written.
  const own = files.filter(
    ({ path }: { path: string }) => !/^(figures|report|MODEL|CLAIM|metrics)/.test(path),
  );
  await write("manifest.json", JSON.stringify({ ...rest, files: own }));
  await write("MODEL_CARD.md", "half");
  await writeReport(folder);
  expect((await manifest()).files).toEqual(files);
});

test("a run without a manifest is read, and every document says so first", async () => {
  await writeReport(await analyseSample(folder, { kind: "folds", manifest: false }));
  const says = "No manifest: the files of this run were not verified.";
  const page = await read("report.html");
  expect(page.indexOf(says)).toBeGreaterThan(0);
  expect(page.indexOf(says)).toBeLessThan(page.indexOf("<h1>"));
  for (const document of ["MODEL_CARD.md", "CLAIM.md"]) {
    const text = await read(document);
    expect(text.slice(0, text.indexOf("## "))).toContain(says);
  }
  expect(JSON.parse(await read("cross-validation.json"))).toMatchObject({ verified: false, edited: [] });
  expect(await readdir(folder)).not.toContain("manifest.json");
});

test("a run on the other split whose metrics were altered is refused, one that was edited passed over", async () => {
  const settings = { threshold: 0.7, seed: 0 };
  await writeSampleRun(folder, { kind: "holdout", record: { settings } });
  const other = join(root, "other");
  const patient = { settings: { ...settings, split: "patient" } };
  await writeReport(await analyseSample(other, { kind: "holdout", record: patient }));
  expect(await findOtherSplit(folder)).toMatchObject({ run: "other" });
  const file = join(other, "metrics.json");
  await writeFile(file, (await readFile(file, "utf8")).replace(/"low": 0\.5\d+/, '"low": 0.1'));
  const refused = { name: "FileError", reason: "different", path: file };
  await expect(findOtherSplit(folder)).rejects.toMatchObject(refused);
  await writeFile(join(other, "audit.txt"), "added");
  await writeReport(other, { acceptEdits: true });
  expect(await findOtherSplit(folder)).toBeNull();
});
