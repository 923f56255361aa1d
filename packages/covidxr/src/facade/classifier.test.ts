import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { readCohort } from "@covidxr/dataset";
import { STUDY_LAYOUT } from "@covidxr/dataset/internal";
import { readStudyList } from "@covidxr/dataset/study";
import { loadModel } from "@covidxr/model";
import { compileInference } from "@covidxr/onnx";
import { saveGraph } from "@covidxr/onnx/files";
import { verifyRun } from "@covidxr/report";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { loadClassifier, trainClassifier } from "../index.js";
import { verifyModel } from "../run/verify-model.js";
import "../testing/narrow-network.js";
import { runProgram, writeSmallStudy } from "../testing/run-program.js";
import type { ClassifierProgress } from "./train-classifier.js";

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "covidxr-"));
  const study = join(root, "study");
  await writeSmallStudy(study);
  for (const name of ["covid", "normal"]) await mkdir(join(root, "images", name), { recursive: true });
  const { rows } = await readStudyList(join(study, STUDY_LAYOUT.list));
  const taken = [0, 0];
  for (const { path, label } of rows) {
    if (++taken[label]! > 14) continue;
    const target = join(root, "images", label === 1 ? "covid" : "normal", basename(path));
    await copyFile(join(study, path), target).catch(() => {}); // Two are listed only.
  }
  await writeFile(join(root, "images/normal/text.jpg"), "not an image");
});
afterAll(() => rm(root, { recursive: true, force: true }));

const SMALL = {
  positive: "covid",
  weights: "random",
  height: 32,
  width: 38,
  epochs: 2,
  batchSize: 8,
} as const;

test("a folder of images for each class in, metrics and a report out; the model classifies images", async () => {
  const told: ClassifierProgress[] = [];
  const output = join(root, "run");
  const options = { ...SMALL, output, seed: 0, onProgress: (now: ClassifierProgress) => told.push(now) };
  const run = await trainClassifier(join(root, "images"), options);
  expect(run).toMatchObject({ output, report: join(output, "report.html") });
  expect(run.metrics.accuracy).toMatchObject({ value: expect.any(Number), method: "Clopper–Pearson" });
  const { splits } = JSON.parse(await readFile(join(output, "metrics.json"), "utf8"));
  expect(Object.keys(splits)).toEqual(["train", "validation", "test"]);
  expect(splits.test.metrics.accuracy.value).toBe(run.metrics.accuracy.value);
  expect(await readFile(run.report, "utf8")).toContain("not covid");
  expect(told.flatMap((now) => ("epoch" in now ? [now.epoch] : []))).toEqual([1, 2]);
  expect(told.map(({ stage }) => stage)).toEqual(expect.arrayContaining(["prepare", "features"]));
  const cohort = await readCohort(join(output, "cohort.csv"));
  expect(cohort.find(({ path }) => path === "normal/text.jpg")?.status).toBe("unreadable");

  const predictions = (await readFile(join(output, "predictions.csv"), "utf8")).trim().split("\n").slice(1);
  const classifier = await loadClassifier(output);
  expect(classifier).toMatchObject({ classes: ["not covid", "covid"], threshold: 0.5 });
  for (const line of predictions.slice(0, 3)) {
    const [, , , probability, predicted, path] = line.split(",");
    const file = join(root, "images", path!);
    const found = await classifier.classify(file);
    expect(found.label).toBe(predicted === "1" ? "covid" : "not covid");
    expect(found.probabilities.covid).toBeCloseTo(Number(probability), 3);
    expect(found.probability).toBe(found.probabilities[found.label]);
    expect(await classifier.classify(await readFile(file))).toEqual(found);
  }
  await expect(classifier.classify(join(root, "images/normal/text.jpg"))).rejects.toMatchObject({
    kind: "image",
  });
  await expect(classifier.classify("nowhere.png")).rejects.toMatchObject({ kind: "file", reason: "missing" });
  await classifier.dispose();
  const ofModel = await loadClassifier(join(output, "model"));
  expect(ofModel.classes).toEqual(classifier.classes);
  await ofModel.dispose();

  // The model as another one, from the run's folder and from its own.
  const file = join(output, "model", "model.json");
  const description = await readFile(file, "utf8");
  await writeFile(file, description.replace('"threshold":0.5', '"threshold":0.1'));
  const altered = { kind: "file", reason: "different", path: file };
  await expect(loadClassifier(output)).rejects.toMatchObject(altered);
  await expect(loadClassifier(join(output, "model"))).rejects.toMatchObject(altered);
  const { record, checks } = await verifyRun(output);
  expect(checks.map(({ status }) => status)).toEqual(["differs", "same", "same", "same"]);
  expect(await verifyModel(output, record)).toMatchObject({ name: "model", status: "differs" });
  await writeFile(file, description);
  expect((await verifyRun(output)).same).toBe(true);
  expect(await verifyModel(output, record)).toEqual({
    ...{ name: "model", status: "same" },
    lines: [
      "model/ by its own digest, with the weights that were trained; model.onnx gives the same probability",
    ],
  });
  // Another graph, whole and with digests of its own.
  const graphs = ["model.onnx", "model.onnx.sha256"].map((name) => join(output, name));
  const own = await Promise.all(graphs.map((path) => readFile(path)));
  const { model } = await loadModel(join(output, "model"));
  await saveGraph(compileInference(model, { preprocessing: "rescale" }).bytes, graphs[0]!);
  model.dispose();
  expect(await verifyModel(output, record)).toMatchObject({
    ...{ status: "differs", lines: [expect.stringMatching(/^model\.onnx: expected the probability/)] },
  });
  await Promise.all(graphs.map((path, i) => writeFile(path, own[i]!)));
  const other = {
    ...record,
    classes: ["covid", "not covid"] as const,
    resultDigests: { trainedWeights: "00" },
  };
  expect((await verifyModel(output, other)).lines).toEqual([
    expect.stringMatching(/^model\/: expected the weights that were trained \(00\), got others/),
    expect.stringMatching(/^model\/: expected the classes of run\.json/),
  ]);
});

test("wrong input is an error with its parameter, before any work is done", async () => {
  const train = (folder: string, change: object) =>
    trainClassifier(join(root, folder), { ...SMALL, output: join(root, "wrong"), ...change });
  await expect(train("nowhere", {})).rejects.toMatchObject({ kind: "file" });
  await expect(train("images", { positive: "measles" })).rejects.toThrow(/"measles"/);
  await expect(train("images", { epochs: 0 })).rejects.toMatchObject({ parameter: "epochs" });
  await expect(train("images", { optimizer: "adam", nesterov: true })).rejects.toMatchObject({
    parameter: "nesterov",
  });
  await expect(train("images", { signal: AbortSignal.abort() })).rejects.toMatchObject({
    kind: "interrupted",
  });
  await expect(loadClassifier(join(root, "nowhere"))).rejects.toMatchObject({
    kind: "file",
    reason: "missing",
  });
});

test("one image in both classes is refused, a third class too; copies of a class stay in one split; what is left out is said", async () => {
  const folder = join(root, "twice");
  await cp(join(root, "images"), folder, { recursive: true });
  const [first] = await readdir(join(folder, "covid"));
  const [second] = await readdir(join(folder, "normal"));
  await mkdir(join(folder, "masks"));
  await copyFile(join(folder, "covid", first!), join(folder, "masks", "mask.png"));
  await copyFile(join(folder, "covid", first!), join(folder, "normal", "copy.png"));
  const told: ClassifierProgress[] = [];
  const run = (change = {}) =>
    trainClassifier(folder, {
      ...SMALL,
      output: join(root, "twice-run"),
      onProgress: (now) => told.push(now),
      ...change,
    });
  await expect(run()).rejects.toMatchObject({ parameter: "folder", value: `covid/${first}` });
  expect(told).toContainEqual({
    stage: "left-out",
    what: expect.any(String),
    count: 1,
    examples: ["masks/mask.png"],
  });
  await rm(join(folder, "normal", "copy.png"));
  await mkdir(join(folder, "other"));
  await copyFile(join(folder, "normal", second!), join(folder, "other", "a.png"));
  await expect(run()).rejects.toMatchObject({ parameter: "groups" });
  await mkdir(join(folder, "Covid_"));
  await copyFile(join(folder, "normal", second!), join(folder, "Covid_", "a.png"));
  await expect(run({ negative: "all-others" })).rejects.toMatchObject({
    parameter: "groups",
    value: "Covid_",
  });
});

test("examples/predict says what a classifier makes of an image", async () => {
  const [covid] = await readdir(join(root, "images/covid"));
  const paths = [`images/covid/${covid}`, "images/normal/text.jpg"];
  const predicted = await runProgram(root, ["run", ...paths], { program: "predict" });
  expect(predicted.stdout).toMatch(/^images\/covid\/.*\t(not )?covid\t[01]\.\d{4}\n$/);
  expect(predicted.stderr).toContain("not a diagnostic device");
  expect(predicted.stderr).toMatch(/text\.jpg: expected a JPEG or PNG/);
  expect(predicted.code).toBe(1);
});

test("examples/minimal answers a wrong folder with one line", async () => {
  const { code, stderr } = await runProgram(root, ["nowhere", "covid", "random"], {
    program: "minimal",
  });
  expect(stderr.trim().split("\n")).toEqual([expect.stringMatching(/nowhere: expected /)]);
  expect(code).toBe(1);
});
