import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvalidArgumentError } from "@covidxr/core";
import type { CohortRow } from "@covidxr/dataset";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { writeSampleRun } from "../testing/write-sample-run.js";
import { readRun } from "./read-run.js";
import { writeRun } from "./write-run.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "covidxr-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Changes the lines of a table, without its header. */
async function change(name: string, to: (lines: string[]) => readonly string[]): Promise<void> {
  const path = join(folder, name);
  const [header, ...lines] = (await readFile(path, "utf8")).trimEnd().split("\n") as [string, ...string[]];
  await writeFile(path, `${[header, ...to(lines)].join("\n")}\n`);
}

/** What reading the folder ends with. */
async function failure() {
  const { name, reason, path, line, column, message } = await readRun(folder).catch((error) => error);
  return { name, reason, file: path?.slice(folder.length + 1), line, column, message };
}

const swap = (from: string | RegExp, to: string) => (line: string) => line.replace(from, to);

describe("predictions.csv", () => {
  beforeEach(() => writeSampleRun(folder, { kind: "holdout", manifest: false }));

  test.each<{ why: string; to: (lines: string[]) => readonly string[]; fault: object }>([
    {
      why: "without three rows",
      to: (lines) => lines.toSpliced(40, 3),
      fault: { name: "FileError", reason: "corrupt", message: expect.stringMatching(/ 3 rows: /) },
    },
    {
      why: "cut to its first lines",
      to: (lines) => lines.slice(0, 38),
      fault: {
        name: "FileError",
        reason: "corrupt",
        message: expect.stringMatching(/ 9 rows: .*, and 6 more/),
      },
    },
    {
      why: "of which a row is doubled",
      to: (lines) => [...lines, lines[40]!],
      fault: { name: "MetadataError", reason: "duplicate-key", line: 49, column: "path" },
    },
    {
      why: "with another label",
      to: (lines) =>
        lines.map((line, i) =>
          i === 40
            ? line.replace(",predict,", ",predict,9").replace(/9[01]/, (at) => (at === "91" ? "0" : "1"))
            : line,
        ),
      fault: { name: "MetadataError", reason: "invalid-value", line: 42, column: "label" },
    },
    {
      why: "with a row in another split",
      to: (lines) => lines.map((line, i) => (i === 40 ? swap(",predict,", ",train,")(line) : line)),
      fault: { name: "MetadataError", reason: "invalid-value", line: 42, column: "split" },
    },
    {
      why: "with an image of another cohort",
      to: (lines) =>
        lines.map((line, i) =>
          i === 40
            ? swap(/images\/image-\d+/, "images/other")(line.replace(/NORMAL\/image-\d+/, "NORMAL/other"))
            : line,
        ),
      fault: { name: "MetadataError", reason: "invalid-value", line: 42, column: "path" },
    },
    {
      why: "with an image that is missing in the cohort",
      to: (lines) => [...lines, "image-3.png,train,0,0.5,0,chest_xray/train/NORMAL/image-3.png"],
      fault: { name: "MetadataError", reason: "invalid-value", line: 49, column: "path" },
    },
    { why: "without a row", to: () => [], fault: { name: "MetadataError", reason: "empty" } },
  ])("is refused $why", async ({ to, fault }) => {
    await change("predictions.csv", to);
    expect(await failure()).toMatchObject({ file: "predictions.csv", ...fault });
  });

  test("may have its lines in any order", async () => {
    await change("predictions.csv", (lines) => lines.reverse());
    const run = await readRun(folder);
    expect(run.kind === "holdout" && run.splits.map(({ images }) => images.length)).toEqual([12, 12, 23]);
  });

  test("names an image by its file only where one used image has the name", async () => {
    await change("predictions.csv", (lines) => lines);
    const path = join(folder, "predictions.csv");
    await writeFile(path, (await readFile(path, "utf8")).replace(",path\n", ",elsewhere\n"));
    await change("cohort.csv", (lines) =>
      lines.map((line) =>
        line.includes("image-2.png") ? line.replaceAll("image-2.png", "image-1.png") : line,
      ),
    );
    expect(await failure()).toMatchObject({
      ...{ file: "predictions.csv", column: "filename" },
      message: expect.stringMatching(/add the column "path"/),
    });
  });
});

test("cohort.csv is refused where a used row is doubled", async () => {
  await writeSampleRun(folder, { kind: "holdout", manifest: false });
  await change("cohort.csv", (lines) => [...lines, lines[0]!]);
  expect(await failure()).toMatchObject({ name: "FileError", reason: "corrupt", file: "cohort.csv" });
});

describe("history.csv is refused", () => {
  test.each<{ why: string; to: (lines: string[]) => readonly string[] }>([
    { why: "without its last epoch", to: (lines) => lines.slice(0, -1) },
    { why: "with its first one missing", to: (lines) => lines.slice(1) },
    { why: "in another order", to: (lines) => lines.reverse() },
    { why: "with an epoch more than run.json says", to: (lines) => [...lines, swap("3", "4")(lines[2]!)] },
    { why: "with a blank epoch", to: (lines) => [lines[0]!, swap("2", "")(lines[1]!), lines[2]!] },
  ])("$why", async ({ to }) => {
    await writeSampleRun(folder, { kind: "holdout", manifest: false });
    await change("history.csv", to);
    expect(await failure()).toMatchObject({ name: "FileError", reason: "corrupt", file: "history.csv" });
  });
});

describe("folds", () => {
  beforeEach(() => writeSampleRun(folder, { kind: "folds", manifest: false }));

  test.each<{ why: string; name: string; to: (lines: string[]) => readonly string[]; fault: object }>([
    {
      why: "out-of-fold.csv without rows of a pass",
      ...{ name: "out-of-fold.csv", to: (lines) => lines.toSpliced(20, 2) },
      fault: { name: "FileError", message: expect.stringMatching(/ 2 rows: /) },
    },
    {
      why: "out-of-fold.csv with a row in two folds of a pass",
      ...{
        name: "out-of-fold.csv",
        to: (lines) => [...lines, swap(",row,1,3,", ",row,1,2,")(lines.at(-1)!)],
      },
      fault: { name: "MetadataError", reason: "duplicate-key" },
    },
    {
      why: "out-of-fold.csv with a label of its own",
      name: "out-of-fold.csv",
      to: (lines) => lines.map((line, i) => (i === 0 ? swap(",1,patient", ",0,patient")(line) : line)),
      fault: { name: "MetadataError", column: "label", line: 2 },
    },
    {
      why: "folds.csv with a fold twice",
      ...{ name: "folds.csv", to: (lines) => [...lines, lines[0]!] },
      fault: { name: "MetadataError", reason: "duplicate-key", column: "fold", line: 14 },
    },
    {
      why: "folds.csv with a fold that took no time that one could state",
      ...{ name: "folds.csv", to: (lines) => [swap(/[^,]*$/, "")(lines[0]!), ...lines.slice(1)] },
      fault: { name: "MetadataError", reason: "invalid-value", column: "seconds", line: 2 },
    },
    {
      why: "folds.csv without a fold",
      ...{ name: "folds.csv", to: (lines) => lines.slice(1) },
      fault: { name: "FileError", reason: "corrupt" },
    },
    {
      why: "folds.csv with a fold that nothing was held out of",
      ...{ name: "folds.csv", to: (lines) => [...lines, swap("patient,0,1", "patient,7,1")(lines[0]!)] },
      fault: { name: "MetadataError", reason: "invalid-value", column: "fold", line: 14 },
    },
  ])("are refused: $why", async ({ name, to, fault }) => {
    await change(name, to);
    expect(await failure()).toMatchObject({ file: name, ...fault });
  });
});

test("a run with a doubled row is not written", async () => {
  const row: CohortRow = {
    ...{ path: "a/b.png", filename: "b.png", patientId: null, finding: "x", license: null },
    ...{ source: "own", label: 0, split: "test", status: "used" },
  };
  const history = [{ epoch: 1, loss: 1, accuracy: 1, validationLoss: 1, validationAccuracy: 1 }];
  const run = {
    cohort: [row, row],
    probabilities: [0, 1],
    history,
    threshold: 0.5,
    classes: ["a", "b"] as const,
  };
  const attempt = writeRun(folder, run);
  await expect(attempt).rejects.toThrow(InvalidArgumentError);
  await expect(attempt).rejects.toMatchObject({ parameter: "cohort", value: "a/b.png" });
});
