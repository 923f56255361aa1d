import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError, InvalidArgumentError } from "@covidxr/core";
import type { CohortRow } from "@covidxr/dataset";
import { STUDY_SPLIT } from "@covidxr/dataset/study";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { writeReport } from "../write-report.js";
import { createRun, resumeRun } from "./open-run.js";
import { readRun } from "./read-run.js";
import { type FinishedRun, writeRun } from "./write-run.js";

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "covidxr-")), "run");
});

const cohort = Array.from(
  { length: 30 },
  (_, i): CohortRow => ({
    path: `${i % 2 ? "ill" : "well"}/${i}.png`,
    filename: `${i}.png`,
    patientId: i < 4 ? "images:one" : null,
    finding: i % 2 ? "ill" : "well",
    license: null,
    source: "images",
    label: i % 2 ? 1 : 0,
    split: STUDY_SPLIT.splits[Math.floor(i / 10)]!,
    status: i === 7 ? "unreadable" : "used",
  }),
);
const used = cohort.filter(({ status }) => status === "used");
const run: FinishedRun = {
  cohort,
  probabilities: used.map(({ label }, i) => (i % 4 === 0 ? 1 - label : label) * 0.8 + 0.1),
  history: [
    { epoch: 1, loss: 0.7, accuracy: 0.5, validationLoss: 0.6, validationAccuracy: 0.6 },
    { epoch: 2, loss: 0.4, accuracy: 0.8, validationLoss: Number.NaN, validationAccuracy: Number.NaN },
  ],
  threshold: 0.5,
  classes: ["well", "ill"],
  seed: 3,
  started: new Date("2020-06-01T00:00:00Z"),
  heldOut: "predict",
  settings: { epochs: 2 },
  record: { engine: "an engine", program: "mine" },
};

describe("writeRun", () => {
  test("is read back, and a report is made of it", async () => {
    await writeRun(folder, run);
    const data = await readRun(folder);
    if (data.kind !== "holdout") throw new Error("expected a run that held images out");
    expect(data.cohort).toEqual(cohort);
    expect(data.history).toEqual(run.history);
    expect(data.threshold).toBe(0.5);
    expect(data.record).toMatchObject({
      engine: "an engine",
      classes: ["well", "ill"],
      program: "mine",
      settings: { epochs: 2, seed: 3, threshold: 0.5 },
    });
    const images = data.splits.flatMap((split) => split.images);
    expect(images.map(({ path }) => path)).toEqual(used.map(({ path }) => path));
    expect(images.map(({ probability }) => probability)).toEqual(run.probabilities);
    expect(images.map(({ predicted }) => predicted)).toEqual(
      images.map((i) => (i.probability > 0.5 ? 1 : 0)),
    );

    const { analysis } = await writeReport(folder);
    expect(analysis.headline.name).toBe("predict");
    expect(await readFile(join(folder, "report.html"), "utf8")).toContain("ill");
  });

  test.each<[string, Partial<FinishedRun>]>([
    ["probabilities", { probabilities: [0.5] }],
    ["probabilities", { probabilities: used.map(() => 1.1) }],
    ["probabilities", { probabilities: used.map(() => Number.NaN) }],
    ["cohort", { cohort: cohort.map((row, i) => (i === 3 ? { ...row, split: null } : row)) }],
    ["threshold", { threshold: Number.NaN }],
    ["history", { history: [] }],
  ])("refuses wrong %s and writes nothing", async (parameter, wrong) => {
    const failure = writeRun(folder, { ...run, ...wrong });
    await expect(failure).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(failure).rejects.toMatchObject({ parameter });
    await expect(readdir(folder)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("a folder that cannot be written is an error", async () => {
    const failure = writeRun("/dev/null/run", run);
    await expect(failure).rejects.toBeInstanceOf(FileError);
    await expect(failure).rejects.toMatchObject({ reason: "unwritable" });
  });
});

const START = {
  program: "mine",
  settings: { threshold: 0.7, seed: 1 },
  now: new Date("2020-06-01T00:00:00Z"),
};
const text = (name: string) => readFile(join(folder, name), "utf8");
const json = async (name: string) => JSON.parse(await text(name));

describe("createRun", () => {
  test("says what runs and where before any work, and how far it came", async () => {
    const writer = await createRun(folder, { ...START, place: { study: "/data" } });
    expect(await json("run.json")).toMatchObject({
      ...{ version: 1, program: "mine", kind: "holdout", status: "running", settings: START.settings },
      ...{ started: "2020-06-01T00:00:00.000Z", place: { study: "/data" } },
      machine: { cores: expect.any(Number) },
    });
    await writer.update({ engine: "an engine", seconds: { total: 1 } });
    expect(await json("run.json")).toMatchObject({ status: "running", engine: "an engine" });
    await writer.finish({ synthetic: true });
    expect(await json("run.json")).toMatchObject({
      status: "finished",
      engine: "an engine",
      synthetic: true,
    });
  });

  test("removes the results of an earlier run", async () => {
    await writeRun(folder, run);
    await writeReport(folder);
    await createRun(folder, START);
    const left = await readdir(folder);
    expect(left).toContain("run.json");
    for (const name of ["history.csv", "predictions.csv", "metrics.json", "report.html"])
      expect(left).not.toContain(name);
  });

  test("refuses facts that no reader takes, and names them", async () => {
    const writer = await createRun(folder, START);
    const failure = writer.update({ seconds: { total: "long" } as never });
    await expect(failure).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(failure).rejects.toMatchObject({ parameter: "seconds.total" });
  });

  test("a failure is noted; what fails after the results does not undo them", async () => {
    const writer = await createRun(folder, START);
    await writer.fail("interrupted", "stopped", { seconds: { total: 2 } });
    expect(await json("run.json")).toMatchObject({ status: "interrupted", error: "stopped" });
    const finished = await createRun(folder, START);
    await finished.finish();
    await finished.fail("failed", "no report");
    expect(await json("run.json")).toMatchObject({ status: "finished", error: "no report" });
    await rm(folder, { recursive: true });
    await writeFile(folder, "");
    await finished.fail("failed", "again");
  });
});

describe("resumeRun", () => {
  test("keeps settings, start and facts, and notes when and where it resumed", async () => {
    const first = await createRun(folder, { ...START, place: { study: "/data", cache: "/a" } });
    await first.writeHistory(run.history);
    await first.fail("failed", "power cut", { seconds: { total: 5 } });
    const now = new Date("2020-06-02T00:00:00Z");
    const writer = await resumeRun(folder, { now, place: { cache: "/b" } });
    expect(writer).toMatchObject({ resumed: true, started: START.now });
    const record = await json("run.json");
    expect(record).toMatchObject({
      ...{ status: "running", settings: START.settings, place: { study: "/data", cache: "/b" } },
      ...{ resumed: [now.toISOString()], seconds: { total: 5 } },
    });
    expect(record).not.toHaveProperty("error");
    expect(await readdir(folder)).toContain("history.csv");
  });

  test.each([
    ["no run", undefined, "missing"],
    ["a finished run", { status: "finished" }, "corrupt"],
    ["a run of an earlier version", { version: undefined }, "corrupt"],
  ])("refuses %s", async (_, change, reason) => {
    if (change) {
      await createRun(folder, START);
      await writeFile(join(folder, "run.json"), JSON.stringify({ ...(await json("run.json")), ...change }));
    }
    const failure = resumeRun(folder, { now: new Date(0) });
    await expect(failure).rejects.toBeInstanceOf(FileError);
    await expect(failure).rejects.toMatchObject({ path: join(folder, "run.json"), reason });
  });
});

describe("tables", () => {
  test("a history is written to the last bit; undefined metrics are blank", async () => {
    const writer = await createRun(folder, START);
    await writer.writeHistory([
      {
        epoch: 1,
        loss: 0.1 + 0.2,
        accuracy: 0.5,
        validationLoss: Number.NaN,
        validationAccuracy: Number.NaN,
      },
      { epoch: 2, loss: 1e-7, accuracy: 1, validationLoss: 0.25, validationAccuracy: 0.75, seconds: 1.23456 },
    ]);
    expect(await text("history.csv")).toBe(
      "epoch,loss,accuracy,val_loss,val_accuracy,seconds\n" +
        "1,0.30000000000000004,0.5,,,\n2,1e-7,1,0.25,0.75,1.235\n",
    );
  });

  test("predictions have a line for each row, in the order given; names are quoted where CSV needs it", async () => {
    const writer = await createRun(folder, START);
    const rows = ['a,"b".png', "c.png"].map((filename) => ({
      ...cohort[1]!,
      ...{ filename, path: `images/${filename}`, split: "predict" as const },
    }));
    await writer.writePredictions(rows, [0.1 + 0.2, 0.7000001]);
    expect(await text("predictions.csv")).toBe(
      "filename,split,label,probability,predicted,path\n" +
        '"a,""b"".png",predict,1,0.30000000000000004,0,"images/a,""b"".png"\n' +
        "c.png,predict,1,0.7000001,1,images/c.png\n",
    );
  });

  test("predictions need a threshold", async () => {
    const writer = await createRun(folder, { ...START, settings: {} });
    await expect(writer.writePredictions([], [])).rejects.toMatchObject({ parameter: "threshold" });
  });
});

describe("folds", () => {
  const fold = (number: number) => ({
    ...{
      repeat: 0,
      fold: number,
      seed: 4,
      trainingImages: 20,
      validationImages: 2,
      rows: [number],
      outputs: [0.9],
    },
    ...{ epoch: 3, stoppedEarly: true, lastEpoch: { epoch: 5 }, seconds: 1.5, metrics: { auc: null } },
  });

  test("are kept under their key, each as it was", async () => {
    const writer = await createRun(folder, START);
    expect(await writer.savedFolds("patient", "key")).toEqual([]);
    await writer.saveFold("patient", "key", fold(0));
    await writer.saveFold("patient", "key", fold(1));
    await writer.saveFold("row", "key", fold(2));
    await writer.saveFold("patient", "another", fold(3));
    expect(await writer.savedFolds("patient", "key")).toEqual([fold(0), fold(1)]);
    // One that was cut short, and one that is something else, are trained again.
    await writeFile(join(folder, "folds-by-patient", "seed-4-fold-1.json"), '{"key":"key","rec');
    await writeFile(join(folder, "folds-by-patient", "other.json"), '{"key":"key","record":{}}');
    expect(await writer.savedFolds("patient", "key")).toEqual([fold(1)]);
    const path = join(folder, "folds-by-patient", "seed-4-fold-2.json");
    await writeFile(path, (await readFile(path, "utf8")).replace("0.9", "0.8"));
    expect(await writer.savedFolds("patient", "key")).toEqual([]);
    await writer.clearFolds("patient");
    expect(await readdir(folder)).not.toContain("folds-by-patient");
    expect(await writer.savedFolds("row", "key")).toEqual([fold(2)]);
  });

  test("a file of that name is unreadable", async () => {
    const writer = await createRun(folder, START);
    await writeFile(join(folder, "folds-by-row"), "");
    const failure = writer.savedFolds("row", "key");
    await expect(failure).rejects.toBeInstanceOf(FileError);
    await expect(failure).rejects.toMatchObject({ reason: "unreadable" });
  });

  test("leave out-of-fold predictions and how their training ended", async () => {
    const writer = await createRun(folder, START);
    await writer.writeFolds(cohort, new Map([["patient", [fold(1)]]]));
    expect(await text("out-of-fold.csv")).toBe(
      "filename,label,by,seed,fold,probability,predicted,path\n1.png,1,patient,4,2,0.9,1,ill/1.png\n",
    );
    expect(await text("folds.csv")).toBe(
      "by,seed,fold,trainingImages,validationImages,epochs,weightsOfEpoch,stoppedEarly,seconds\n" +
        "patient,4,2,20,2,5,3,true,1.500\n",
    );
  });
});

test("a thumbnail never leaves its folder", async () => {
  const writer = await createRun(folder, START);
  await writer.writeThumbnail("a/b.png", Uint8Array.of(1));
  expect(await writer.hasThumbnail("a/b.png")).toBe(true);
  expect(writer.thumbnailFile("a/b.png")).toBe(join(folder, "thumbnails", "a", "b.png.jpg"));
  await writer.removeThumbnail("a/b.png");
  expect(await writer.hasThumbnail("a/b.png")).toBe(false);
  for (const path of ["../out.png", "a/../../out.png", "../thumbnails-of-another/a.png"])
    expect(() => writer.thumbnailFile(path)).toThrow(
      expect.objectContaining({ parameter: "rows", value: path }),
    );
});
