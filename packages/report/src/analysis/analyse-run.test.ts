import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { limitsOf } from "../content/limits.js";
import { analyseSample } from "../testing/analyse-sample.js";
import type { SampleRun } from "../testing/write-sample-run.js";
import { analyseRun, type FoldsRunAnalysis, type HoldoutAnalysis } from "./analyse-run.js";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "covidxr-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const analysisOf = (name: string, sample: SampleRun) => analyseSample(join(root, name), sample);

describe("a run that held images out", () => {
  let analysis: HoldoutAnalysis;
  beforeAll(async () => {
    analysis = (await analysisOf("holdout", { kind: "holdout" })) as HoldoutAnalysis;
  });

  test("has its headline on the held-out split", () => {
    const { headline } = analysis;
    expect(headline).toMatchObject({ name: "predict", positives: 6, negatives: 6 });
    // Images 40 and 45 of 36 to 47 are on the wrong side.
    expect(headline.confusionMatrix).toEqual([
      [5, 1],
      [1, 5],
    ]);
    expect(headline.errors.map(({ label }) => label)).toEqual([1, 0]);
    expect(headline.estimates.accuracy.value).toBeCloseTo(10 / 12, 14);
  });

  test("lists errors from the farthest to the nearest", () => {
    const [first, second] = analysis.headline.errors;
    const distance = ({ probability }: { probability: number }) => Math.abs(probability - 0.7);
    expect(distance(first!)).toBeGreaterThan(distance(second!));
  });

  test("counts sources by class, and held-out images of patients that were trained on", () => {
    expect(analysis.facts).toMatchObject({
      used: 47,
      positive: 24,
      negative: 23,
      sources: [
        { source: "covid-chestxray-dataset", positive: 24, negative: 0 },
        { source: "chest-xray-pneumonia", positive: 0, negative: 23 },
      ],
      // Patients 4 to 14 of predict's positives (36 to 46, modulo 32) are those of train's.
      heldOutOfTrainedPatients: { images: 6, of: 12 },
    });
  });

  test("says both in its limits", () => {
    const titles = limitsOf(analysis).map(({ title }) => title);
    expect(titles).toContain("Training and held-out images share patients.");
    expect(titles).toContain("The source predicts the label.");
    expect(titles).not.toContain("The radiographs are synthetic.");
  });

  test("gives one result for one run", () => {
    expect(analyseRun(analysis.run)).toEqual(analysis);
  });
});

describe("a run of folds", () => {
  let analysis: FoldsRunAnalysis;
  beforeAll(async () => {
    analysis = (await analysisOf("folds", { kind: "folds", published: false })) as FoldsRunAnalysis;
  });

  test("pools every image once, of the first seed", () => {
    expect(analysis.headline.images).toHaveLength(47);
    expect(new Set(analysis.headline.images.map(({ path }) => path)).size).toBe(47);
  });

  test("has the mean and the deviation of its folds", () => {
    const { folds, summary } = analysis.groupings[0]!;
    const values = folds.map(({ metrics }) => metrics.accuracy.value);
    const mean = values.reduce((sum, value) => sum + value, 0) / 6;
    expect(summary.accuracy).toMatchObject({ count: 6 });
    expect(summary.accuracy.mean).toBeCloseTo(mean, 12);
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    expect(summary.accuracy.standardDeviation).toBeCloseTo(Math.sqrt(squares / 5), 12);
  });

  test("is not compared with what was published of other rows", async () => {
    const beside = await analysisOf("beside", { kind: "folds", published: true });
    expect(beside.published).toBeNull();
  });

  test("counts patients that are in several folds", () => {
    // Of class 1, patients 0 to 14 have two images each; every other image is alone.
    expect(analysis.facts.heldOutOfTrainedPatients.of).toBe(47);
    expect(analysis.facts.heldOutOfTrainedPatients.images).toBeGreaterThan(0);
    expect(analysis.facts.heldOutOfTrainedPatients.images).toBeLessThanOrEqual(16);
  });

  test("has nothing published beside it where nothing was", () => {
    expect(analysis.published).toBeNull();
  });
});

test("a synthetic run says so first", async () => {
  const analysis = await analysisOf("synthetic", { kind: "holdout", synthetic: true });
  expect(limitsOf(analysis)[0]!.title).toBe("The radiographs are synthetic.");
});

test("a threshold that was chosen on other images is no limit", async () => {
  const chosen = (chosenOn: string): SampleRun => ({
    kind: "holdout",
    record: { threshold: { value: 0.6, criterion: "youden", chosenOn } },
  });
  const thresholdLimits = async (on: string) =>
    limitsOf(await analysisOf(on, chosen(on)))
      .map(({ title }) => title)
      .filter((title) => /threshold/.test(title));
  expect(await thresholdLimits("test")).toEqual([]);
  expect(await thresholdLimits("predict")).toEqual([
    "The threshold (0.6) was chosen on the images it is reported for.",
  ]);
});
