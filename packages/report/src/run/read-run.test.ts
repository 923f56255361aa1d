import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError, MetadataError } from "@covidxr/core";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { writeMetrics } from "../analysis/metrics-files.js";
import { analyseSample } from "../testing/analyse-sample.js";
import { HOSTILE_NAME } from "../testing/hostile-name.js";
import { OTHER_SPLIT, SAMPLE_AUDIT } from "../testing/sample-audit.js";
import { writeSampleRun } from "../testing/write-sample-run.js";
import { findOtherSplit, type HoldoutRun, listRuns, readRun, readRunRecord } from "./read-run.js";

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
    seconds: 3,
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
  expect(first).toMatchObject({ seed: 0, fold: 1, training: { trainingImages: 31, epochs: 3, seconds: 9 } });
  expect(first!.images).toHaveLength(16);
});

test("joins predictions with the cohort by file name where they have no path", async () => {
  await writeSampleRun(folder, { kind: "holdout", manifest: false });
  const withPaths = await readRun(folder);
  await edit("predictions.csv", ",path\n", ",elsewhere\n");
  expect(await readRun(folder)).toEqual(withPaths);
});

test("a threshold that the run chose takes precedence over the setting", async () => {
  await writeSampleRun(folder, {
    kind: "holdout",
    record: { threshold: { value: 0.9, criterion: "youden", chosenOn: "test" } },
  });
  expect((await readRun(folder)).threshold).toBe(0.9);
});

test("does without the steps of the cohort", async () => {
  await writeSampleRun(folder, { kind: "holdout", manifest: false });
  await rm(join(folder, "cohort-flow.json"));
  expect((await readRun(folder)).flow).toBeNull();
});

describe("refuses", () => {
  test.each(["run.json", "cohort.csv", "history.csv", "predictions.csv"])(
    "a folder without %s",
    async (name) => {
      await writeSampleRun(folder, { kind: "holdout", manifest: false });
      await rm(join(folder, name));
      const attempt = readRun(folder);
      await expect(attempt).rejects.toThrow(FileError);
      await expect(attempt).rejects.toMatchObject({ path: join(folder, name), reason: "missing" });
    },
  );

  test.each([
    { why: "a run that did not finish", record: { status: "interrupted" }, says: /"interrupted".*--resume/ },
    { why: "a run without a threshold", record: { settings: { seed: 0 } }, says: /threshold/ },
    { why: "settings that are none", record: { settings: 3 }, says: /"settings"/ },
    {
      why: "the record of an earlier version",
      record: { version: undefined, options: { threshold: 0.7 } },
      says: /^expected version 1 of a run's record, got one without a version; run the program again$|: expected version 1/,
    },
    { why: "the record of a later version", record: { version: 2 }, says: /got version 2/ },
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

  test("a record of very many levels, which nobody could write or show", async () => {
    const place = `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`;
    await writeFile(
      join(folder, "run.json"),
      `{"version":1,"status":"finished","settings":{},"place":${place}}`,
    );
    await expect(readRunRecord(folder)).rejects.toMatchObject({ name: "FileError", reason: "corrupt" });
    await expect(readRunRecord(folder)).rejects.toThrow(/more than 100 levels/);
  });

  test("the record's own path in place of the run's folder", async () => {
    await writeSampleRun(folder, { kind: "holdout" });
    const inside = readRunRecord(join(folder, "run.json"));
    await expect(inside).rejects.toMatchObject({ name: "FileError", reason: "missing" });
    await expect(inside).rejects.toThrow(/name the folder of a run$/);
  });

  test("steps of a cohort that are something else", async () => {
    await writeSampleRun(folder, { kind: "holdout", manifest: false });
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
      column: "path",
    },
    { why: "a column that is missing", from: "probability", to: "score", column: "probability" },
  ])("$why", async ({ from, to, column }) => {
    await writeSampleRun(folder, { kind: "holdout", manifest: false });
    await edit("predictions.csv", from, to);
    const attempt = readRun(folder);
    await expect(attempt).rejects.toThrow(MetadataError);
    await expect(attempt).rejects.toMatchObject({ column, path: join(folder, "predictions.csv") });
  });

  test.each(["seed", "fold"])("a %s that is no whole number", async (column) => {
    await writeSampleRun(folder, { kind: "folds", manifest: false });
    await edit(
      "out-of-fold.csv",
      /,patient,0,1,/,
      column === "seed" ? ",patient,first,1," : ",patient,0,1.5,",
    );
    await expect(readRun(folder)).rejects.toMatchObject({ name: "MetadataError", column });
  });
});

describe("other-split.json", () => {
  const writeOther = async (record: unknown) => {
    await writeSampleRun(folder, { kind: "holdout", manifest: false });
    await writeFile(join(folder, "other-split.json"), JSON.stringify(record));
  };
  const readOther = async () => ((await readRun(folder)) as HoldoutRun).otherSplit;

  test("is read, and null where there is none", async () => {
    await writeSampleRun(folder, { kind: "holdout", manifest: false });
    expect(await readOther()).toBeNull();
    await writeSampleRun(folder, { kind: "holdout", otherSplit: true });
    expect(await readOther()).toEqual(OTHER_SPLIT);
  });

  test("an area without interval has NaN for it, an undefined one is null", async () => {
    await writeOther({ ...OTHER_SPLIT, auc: { value: 1, low: null, high: null } });
    const { auc } = (await readOther())!;
    expect(auc).toEqual({ value: 1, low: Number.NaN, high: Number.NaN });
    await writeOther({ ...OTHER_SPLIT, auc: null });
    expect((await readOther())!.auc).toBeNull();
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
      await writeOther({ ...OTHER_SPLIT, ...change });
      const attempt = readRun(folder);
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
        record: { settings: { threshold: 0.7, seed: 0, split: "patient" } },
      });
      const attempt = readRun(folder);
      await expect(attempt).rejects.toMatchObject({ name: "FileError", reason: "corrupt" });
      await expect(attempt).rejects.toThrow(/this run has the split "patient" itself/);
    });
  });
});

describe("audit.json", () => {
  const writeText = async (text: string) => {
    await writeSampleRun(folder, { kind: "holdout", manifest: false });
    await writeFile(join(folder, "audit.json"), text);
  };
  const write = (record: unknown) => writeText(JSON.stringify(record));
  const readAudit = async () => (await readRun(folder)).audit;

  test("reads an audit, an undefined metric as NaN", async () => {
    await write(SAMPLE_AUDIT);
    expect(await readFile(join(folder, "audit.json"), "utf8")).toContain('"adjustedPValue":null');
    const audit = await readAudit();
    expect(audit).toEqual(SAMPLE_AUDIT);
    expect(audit!.attributes[2]!.adjustedPValue).toBeNaN();
  });

  test("ignores what a report does not show", async () => {
    const [pair] = SAMPLE_AUDIT.copies.slice(-1);
    const crop = { of: "second", window: { left: 0, top: 0, width: 0.9, height: 1 } };
    await write({ ...SAMPLE_AUDIT, later: true, copies: [{ ...pair, crop }] });
    expect((await readAudit())!.copies).toEqual([{ ...pair, crop: { of: "second" } }]);
  });

  test.each(["holdout", "folds"] as const)("comes with a run that has one: %s", async (kind) => {
    await writeSampleRun(folder, { kind });
    expect((await readRun(folder)).audit).toBeNull();
    await writeSampleRun(folder, { kind, audit: "findings" });
    expect((await readRun(folder)).audit).toEqual(SAMPLE_AUDIT);
  });

  describe("refuses", () => {
    const [finding] = SAMPLE_AUDIT.findings;
    const [attribute] = SAMPLE_AUDIT.attributes;
    const [copy] = SAMPLE_AUDIT.copies;
    const [probe] = SAMPLE_AUDIT.probes!.results;
    const missing = { field: "age", negative: { missing: 3, of: 2 }, positive: { missing: 0, of: 2 } };
    test.each<{ why: string; change: object; field: string }>([
      { why: "another version", change: { version: 2 }, field: "version" },
      { why: "no findings", change: { findings: undefined }, field: "findings" },
      {
        why: "a severity that is none",
        change: { findings: [finding, { ...finding, severity: "blemish" }] },
        field: "findings.1.severity",
      },
      {
        why: "items that are no text",
        change: { findings: [{ ...finding, items: [1] }] },
        field: "findings.0.items.0",
      },
      {
        why: "a share above 1",
        change: { attributes: [{ ...attribute, share: 1.2 }] },
        field: "attributes.0.share",
      },
      {
        why: "more missing than there are",
        change: { missingFields: [{ ...missing, adjustedPValue: 1 }] },
        field: "missingFields.0.negative",
      },
      {
        why: "half an image",
        change: { splits: [{ split: "train", negative: 0.5, positive: 1, patients: 1 }] },
        field: "splits.0.negative",
      },
      {
        why: "a correlation above 1",
        change: { copies: [{ ...copy, correlation: 1.5 }] },
        field: "copies.0.correlation",
      },
      {
        why: "a verdict that is none",
        change: { probes: { model: null, results: [{ ...probe, verdict: "guilty" }] } },
        field: "probes.results.0.verdict",
      },
      {
        why: "an area that is text",
        change: { probes: { model: { value: "high" }, results: [] } },
        field: "probes.model.value",
      },
    ])("$why", async ({ change, field }) => {
      await write({ ...SAMPLE_AUDIT, ...change });
      const attempt = readRun(folder);
      await expect(attempt).rejects.toThrow(FileError);
      await expect(attempt).rejects.toMatchObject({ path: join(folder, "audit.json"), reason: "corrupt" });
      await expect(attempt).rejects.toThrow(`"${field}"`);
    });

    test.each([
      ["{", /not JSON/],
      ["3", /wrong record/],
    ])("a file that holds %p", async (text, says) => {
      await writeText(text);
      const attempt = readRun(folder);
      await expect(attempt).rejects.toMatchObject({ name: "FileError", reason: "corrupt" });
      await expect(attempt).rejects.toThrow(says);
    });

    test("a folder of that name", async () => {
      await writeSampleRun(folder, { kind: "holdout", manifest: false });
      await mkdir(join(folder, "audit.json"));
      await expect(readRun(folder)).rejects.toMatchObject({ name: "FileError", reason: "unreadable" });
    });
  });
});

describe("runs beside one another", () => {
  const sibling = async (name: string, record: object, change: object = {}) => {
    const sample = { kind: "holdout", record: { ...record, ...change } } as const;
    const analysis = await analyseSample(join(folder, name), sample);
    await writeMetrics(analysis);
    return analysis;
  };
  const settings = { threshold: 0.7, seed: 3 };

  test("are listed by their start; what is no run is ignored", async () => {
    await writeSampleRun(join(folder, "b"), {
      kind: "holdout",
      record: { started: "2020-01-01T00:00:00.000Z" },
    });
    await writeSampleRun(join(folder, "a"), { kind: "folds", record: { status: "interrupted" } });
    await mkdir(join(folder, "cache"));
    await writeFile(join(folder, "note.txt"), "");
    const runs = await listRuns(folder);
    expect(runs.map((run) => run.folder)).toEqual([join(folder, "b"), join(folder, "a")]);
    expect(runs[1]!.record.status).toBe("interrupted");
    expect(await listRuns(join(folder, "nowhere"))).toEqual([]);
  });

  test("give the other split: of the latest one made alike, whose own analysis says the same", async () => {
    const own = join(folder, "own");
    await writeSampleRun(own, { kind: "holdout", record: { settings } });
    expect(await findOtherSplit(own)).toBeNull();
    const patient = { settings: { ...settings, split: "patient" } };
    await sibling("1-earlier", patient, { started: "2019-01-01T00:00:00.000Z" });
    const { headline } = await sibling("2-latest", patient, { place: { study: "/elsewhere" } });
    await sibling("3-same-split", { settings });
    await sibling("4-other-seed", { settings: { ...patient.settings, seed: 4 } });
    await sibling("5-other-data", patient, { digests: { metadata: "another" } });
    await sibling("6-more-data", patient, { digests: { metadata: "c2118b95", weights: "some" } });
    await sibling("7-other-program", patient, { program: "another" });
    await writeSampleRun(join(folder, "8-unfinished"), {
      kind: "holdout",
      record: { ...patient, status: "failed" },
    });
    const other = (await findOtherSplit(own))!;
    expect(other).toMatchObject({ split: "patient", run: "2-latest", seed: 3, threshold: 0.7 });
    expect(other.confusionMatrix).toEqual(headline.confusionMatrix);
    expect(other.auc!.value).toBe(headline.estimates.auc.value);
  });
});
