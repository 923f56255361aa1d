import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError } from "@covidxr/core";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { OTHER_SPLIT } from "../testing/sample-audit.js";
import { writeSampleRun } from "../testing/write-sample-run.js";
import { readOtherSplit } from "./other-split.js";
import { readRun } from "./read-run.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "covidxr-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = (record: unknown) => writeFile(join(folder, "other-split.json"), JSON.stringify(record));

test("reads the other split, and null where there is none", async () => {
  expect(await readOtherSplit(folder, "study")).toBeNull();
  await write(OTHER_SPLIT);
  expect(await readOtherSplit(folder, "study")).toEqual(OTHER_SPLIT);
});

test("an area without interval has NaN for it, an undefined one is null", async () => {
  await write({ ...OTHER_SPLIT, auc: { value: 1, low: null, high: null } });
  const { auc } = (await readOtherSplit(folder, "study"))!;
  expect(auc).toEqual({ value: 1, low: Number.NaN, high: Number.NaN });
  await write({ ...OTHER_SPLIT, auc: null });
  expect((await readOtherSplit(folder, "study"))!.auc).toBeNull();
});

test("comes with a run that held images out", async () => {
  await writeSampleRun(folder, { kind: "holdout", otherSplit: true });
  expect(await readRun(folder)).toMatchObject({ otherSplit: OTHER_SPLIT });
});

describe("refuses", () => {
  test.each<{ why: string; change: object; field: string }>([
    { why: "a split that is none", change: { split: "row" }, field: "split" },
    { why: "no image", change: { images: 0 }, field: "images" },
    { why: "a matrix of other images", change: { images: 13 }, field: "confusionMatrix" },
    { why: "a matrix of one row", change: { confusionMatrix: [[12, 0]] }, field: "confusionMatrix" },
    {
      why: "counts below 0",
      change: {
        confusionMatrix: [
          [-1, 1],
          [6, 6],
        ],
      },
      field: "confusionMatrix.0.0",
    },
    { why: "an area above 1", change: { auc: { value: 1.1, low: 0.9, high: 1 } }, field: "auc.value" },
    { why: "no seed", change: { seed: undefined }, field: "seed" },
  ])("$why", async ({ change, field }) => {
    await write({ ...OTHER_SPLIT, ...change });
    const attempt = readOtherSplit(folder, "study");
    await expect(attempt).rejects.toThrow(FileError);
    await expect(attempt).rejects.toMatchObject({
      path: join(folder, "other-split.json"),
      reason: "corrupt",
    });
    await expect(attempt).rejects.toThrow(`got a wrong "${field}"`);
  });

  test("the split that the run has itself", async () => {
    await writeSampleRun(folder, {
      kind: "holdout",
      otherSplit: true,
      record: { options: { threshold: 0.7, seed: 0, split: "patient" } },
    });
    const attempt = readRun(folder);
    await expect(attempt).rejects.toMatchObject({ name: "FileError", reason: "corrupt" });
    await expect(attempt).rejects.toThrow(/this run has the split "patient" itself/);
  });
});
