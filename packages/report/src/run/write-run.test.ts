import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError, InvalidArgumentError } from "@covidxr/core";
import type { CohortRow } from "@covidxr/dataset";
import { STUDY_SPLIT } from "@covidxr/dataset/study";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { writeReport } from "../write-report.js";
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
  record: { engine: "an engine", options: { program: "mine" } },
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
      options: { program: "mine", seed: 3 },
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

  test("a folder that cannot be written is told", async () => {
    const failure = writeRun("/dev/null/run", run);
    await expect(failure).rejects.toBeInstanceOf(FileError);
    await expect(failure).rejects.toMatchObject({ reason: "unwritable" });
  });
});
