import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError, MetadataError } from "@covidxr/core";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { HOSTILE_NAME } from "../testing/hostile-name.js";
import { writeSampleRun } from "../testing/write-sample-run.js";
import { readRun } from "./read-run.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "covidxr-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const edit = async (name: string, from: string | RegExp, to: string): Promise<void> => {
  const text = await readFile(join(folder, name), "utf8");
  expect(text).toMatch(from);
  await writeFile(join(folder, name), text.replace(from, to));
};

test("reads a run that held images out", async () => {
  await writeSampleRun(folder, { kind: "holdout" });
  const run = await readRun(folder);
  if (run.kind !== "holdout") throw new Error("expected a run that held images out");
  expect(run.splits.map(({ name, images }) => [name, images.length])).toEqual([
    ["train", 23],
    ["test", 12],
    ["predict", 12],
  ]);
  expect(run.threshold).toBe(0.7);
  expect(run.history.at(-1)).toEqual({
    epoch: 3,
    loss: 0.4,
    accuracy: 0.8,
    validationLoss: 0.5,
    validationAccuracy: 0.75,
  });
  expect(run.flow?.map(({ kept }) => kept)).toEqual([60, 47]);
  const hostile = run.splits[2]!.images.find(({ filename }) => filename === HOSTILE_NAME)!;
  expect(hostile).toMatchObject({ label: 0, predicted: 1, source: "chest-xray-pneumonia" });
  expect(hostile.probability).toBeCloseTo(0.93, 12);
});

test("reads a run of folds", async () => {
  await writeSampleRun(folder, { kind: "folds" });
  const run = await readRun(folder);
  if (run.kind !== "folds") throw new Error("expected a run of folds");
  expect(run.groupings.map(({ by, folds }) => [by, folds.length])).toEqual([
    ["patient", 6],
    ["row", 6],
  ]);
  const [first] = run.groupings[0]!.folds;
  expect(first).toMatchObject({ seed: 0, fold: 1 });
  expect(first!.images).toHaveLength(16);
});

test("joins predictions with the cohort by file name where they have no path", async () => {
  await writeSampleRun(folder, { kind: "holdout" });
  const withPaths = await readRun(folder);
  await edit("predictions.csv", ",path\n", ",elsewhere\n");
  expect(await readRun(folder)).toEqual(withPaths);
});

test("a threshold that the run chose stands before the option", async () => {
  await writeSampleRun(folder, {
    kind: "holdout",
    record: { threshold: { value: 0.9, criterion: "youden", chosenOn: "test" } },
  });
  expect((await readRun(folder)).threshold).toBe(0.9);
});

test("does without the steps of the cohort", async () => {
  await writeSampleRun(folder, { kind: "holdout" });
  await rm(join(folder, "cohort-flow.json"));
  expect((await readRun(folder)).flow).toBeNull();
});

test("tells its kind by its record where an earlier run left tables in the folder", async () => {
  await writeSampleRun(folder, { kind: "folds" });
  await writeSampleRun(folder, { kind: "holdout" });
  expect((await readRun(folder)).kind).toBe("holdout");
  await writeSampleRun(folder, { kind: "folds" });
  expect((await readRun(folder)).kind).toBe("folds");
});

describe("refuses", () => {
  test.each(["run.json", "cohort.csv", "history.csv", "predictions.csv"])(
    "a folder without %s",
    async (name) => {
      await writeSampleRun(folder, { kind: "holdout" });
      await rm(join(folder, name));
      const attempt = readRun(folder);
      await expect(attempt).rejects.toThrow(FileError);
      await expect(attempt).rejects.toMatchObject({ path: join(folder, name), reason: "missing" });
    },
  );

  test.each([
    { why: "a run that did not finish", record: { status: "interrupted" }, says: /"interrupted".*--resume/ },
    { why: "a run without a threshold", record: { options: { seed: 0 } }, says: /threshold/ },
    { why: "options that are none", record: { options: 3 }, says: /"options"/ },
    {
      why: "a published matrix of another shape",
      record: { published: { source: "x", threshold: 1, confusionMatrix: [[1]] } },
      says: /"published/,
    },
  ])("$why", async ({ record, says }) => {
    await writeSampleRun(folder, { kind: "holdout", record });
    const attempt = readRun(folder);
    await expect(attempt).rejects.toMatchObject({ name: "FileError", reason: "corrupt" });
    await expect(attempt).rejects.toThrow(says);
  });

  test("a record that is not JSON", async () => {
    await writeFile(join(folder, "run.json"), "{");
    await expect(readRun(folder)).rejects.toMatchObject({ name: "FileError", reason: "corrupt" });
  });

  test("steps of a cohort that are something else", async () => {
    await writeSampleRun(folder, { kind: "holdout" });
    await writeFile(join(folder, "cohort-flow.json"), `{"steps":[{"kept":-1}]}`);
    await expect(readRun(folder)).rejects.toMatchObject({ name: "FileError", reason: "corrupt" });
  });

  test("predictions without the held-out split", async () => {
    await writeSampleRun(folder, { kind: "holdout", record: { heldOut: "elsewhere" } });
    await expect(readRun(folder)).rejects.toThrow(/"elsewhere".*train, test, predict/);
  });

  test.each([
    { why: "a label that is none", from: /,train,1,/, to: ",train,2,", column: "label" },
    { why: "a probability above 1", from: /,train,1,0\.\d+/, to: ",train,1,1.5", column: "probability" },
    {
      why: "a probability that is no number",
      from: /,train,1,0\.\d+/,
      to: ",train,1,high",
      column: "probability",
    },
    {
      why: "an image of another cohort",
      from: /images\/image-2\.png/,
      to: "images/other.png",
      column: "filename",
    },
    { why: "a column that is missing", from: "probability", to: "score", column: "probability" },
  ])("$why", async ({ from, to, column }) => {
    await writeSampleRun(folder, { kind: "holdout" });
    await edit("predictions.csv", from, to);
    const attempt = readRun(folder);
    await expect(attempt).rejects.toThrow(MetadataError);
    await expect(attempt).rejects.toMatchObject({ column, path: join(folder, "predictions.csv") });
  });

  test.each(["seed", "fold"])("a %s that is no whole number", async (column) => {
    await writeSampleRun(folder, { kind: "folds" });
    await edit(
      "out-of-fold.csv",
      /,patient,0,1,/,
      column === "seed" ? ",patient,first,1," : ",patient,0,1.5,",
    );
    await expect(readRun(folder)).rejects.toMatchObject({ name: "MetadataError", column });
  });
});
