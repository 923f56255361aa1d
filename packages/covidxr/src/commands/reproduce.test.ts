import { mkdtemp, readdir, readFile, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findLeakage, readCohort } from "@covidxr/dataset";
import type { FlowStep } from "@covidxr/dataset/internal";
import { decodeImage } from "@covidxr/image";
import { formatEstimate } from "@covidxr/metrics";
import { loadModel } from "@covidxr/model";
import { createSession } from "@covidxr/onnx";
import { verifyRun } from "@covidxr/report";
import { useCpuBackend } from "@covidxr/testing";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  type Outcome,
  type ProgramOptions,
  runProgram,
  SMALL_NETWORK,
  writeSmallStudy,
} from "../testing/run-program.js";

// The whole program as a user runs it, on a small synthetic study and a small input.
let root: string;
let study: string;
/** What is looked at in a split of `metrics.json`. */
interface SplitMetrics {
  readonly images: number;
  readonly confusionMatrix: readonly (readonly number[])[];
  readonly metrics: Readonly<Record<string, Record<"value" | "low" | "high", number>>>;
}
const SMALL = [...SMALL_NETWORK, "--epochs", "3"];
/** What a resumed run has to restore: augmentation in every epoch, the optimizer's moments, a rate that falls. */
const RESUMABLE = ["--variants", "fresh", "--optimizer", "adam", "--schedule", "cosine"];

const reproduce = (args: readonly string[], options?: ProgramOptions) =>
  runProgram(root, ["reproduce", ...args], options);
const flags = (output: string, ...more: string[]) => [
  ...["--study", "study", "--cache", "cache", "--output", output],
  ...SMALL,
  ...more,
];
/** Without the probes, which add nothing to what most tests look at. */
const run = (output: string, ...more: string[]) => reproduce(flags(output, "--probes", "none", ...more));
const text = (...path: string[]) => readFile(join(root, ...path), "utf8");
const withoutSeconds = (history: string) => history.replaceAll(/,[^,\n]*$/gm, "");

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "covidxr-"));
  study = join(root, "study");
  await writeSmallStudy(study);
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe("a run", () => {
  let first: Outcome;
  beforeAll(async () => {
    first = await reproduce(flags("first", ...RESUMABLE));
  });

  test("prints each step in order and ends well", () => {
    expect(first).toMatchObject({ code: 0, stderr: "" });
    const order = [
      "SYNTHETIC radiographs",
      "Findings of the 25 PA X-rays",
      "before balancing",
      "after balancing",
      "Split",
      "Missing files: 1",
      "Unreadable files: 1",
      "Audit of",
      "Training despite",
      "Total params: 322,121",
      "Extracting features",
      "Epoch 1/3",
      "Epoch 3/3",
      "Confusion matrix on predict",
      "f1-score",
      "Probes, area under the ROC curve",
      "the model itself",
      "report.html",
      "Written to",
      "not a diagnostic device",
    ].map((section) => [section, first.stdout.indexOf(section)] as const);
    for (const [section, at] of order) expect([section, at >= 0]).toEqual([section, true]);
    const positions = order.map(([, at]) => at);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(first.stdout).not.toContain("Published");
  });

  test("writes every file, consistent with each other", async () => {
    const { same, checks } = await verifyRun(join(root, "first"));
    expect([same, ...checks.map(({ status }) => status)]).toEqual([true, "same", "same", "same", "same"]);
    expect((await readdir(join(root, "first"))).sort()).toEqual([
      "CLAIM.md",
      "MODEL_CARD.md",
      "audit.json",
      "cohort-flow.json",
      "cohort.csv",
      "figures",
      "history.csv",
      "manifest.json",
      "metrics.json",
      "model",
      "model.onnx",
      "model.onnx.sha256",
      "predictions.csv",
      "report.html",
      "run.json",
      "thumbnails",
    ]);
    const facts = JSON.parse(await text("first", "run.json"));
    expect(facts).toMatchObject({
      status: "finished",
      synthetic: true,
      version: 1,
      program: "reproduce",
      settings: { seed: 0, height: 32, width: 38, threshold: 0.7, preprocessing: "rescale" },
      place: { study },
      engine: expect.stringMatching(/^onnxruntime-node/),
      decoder: { name: "sharp" },
      classes: ["not COVID-19", "COVID-19"],
      heldOut: "predict",
      validation: "test",
      published: null,
      model: { name: expect.stringMatching(/^VGG19/), trainable: 82_305 },
    });
    expect(first.stdout).toContain(`Total params: ${facts.model.parameters.toLocaleString("en-US")}`);
    expect(first.stdout).toContain(`Trainable params: ${facts.model.trainable.toLocaleString("en-US")}`);
    expect(facts.resultDigests.trainedWeights).toMatch(/^[0-9a-f]{64}$/);
    const cohort = await readCohort(join(root, "first", "cohort.csv"));
    const statuses = cohort.map((row) => row.status);
    expect(statuses.filter((status) => status === "missing")).toHaveLength(1);
    expect(statuses.filter((status) => status === "unreadable")).toHaveLength(1);
    const predictions = (await text("first", "predictions.csv")).trim().split("\n");
    expect(predictions[0]).toBe("filename,split,label,probability,predicted,path");
    expect(predictions).toHaveLength(1 + statuses.filter((status) => status === "used").length);
    const { dataset } = facts as {
      dataset: { source: string; rows: number; used: number; licence: string }[];
    };
    for (const { source, rows, used, licence } of dataset) {
      const own = cohort.filter((row) => row.source === source);
      const ownUsed = own.filter((row) => row.status === "used");
      expect({ rows, used, licence }).toEqual({
        rows: own.length,
        used: ownUsed.length,
        licence: "synthetic",
      });
    }
    expect(dataset).toHaveLength(2);
    const { splits } = JSON.parse(await text("first", "metrics.json"));
    expect(Object.keys(splits)).toEqual(["train", "test", "predict"]);
    for (const [name, split] of Object.entries<SplitMetrics>(splits)) {
      expect(split.confusionMatrix.flat().reduce((a, b) => a + b, 0)).toBe(split.images);
      expect(predictions.filter((line) => line.includes(`,${name},`))).toHaveLength(split.images);
      const { value, low, high } = split.metrics.accuracy!;
      expect(first.stdout).toContain(formatEstimate({ value, low, high }));
      expect(await text("first", "report.html")).toContain(formatEstimate({ value, low, high }));
    }
    const history = (await text("first", "history.csv")).trim().split("\n");
    expect(history[0]).toBe("epoch,loss,accuracy,val_loss,val_accuracy,seconds");
    expect(history).toHaveLength(4);
  });

  test("each image can be followed: from metadata to the rows that are used, by its path, and by eye", async () => {
    const cohort = await readCohort(join(root, "first", "cohort.csv"));
    const used = cohort.filter((row) => row.status === "used");
    const { steps } = JSON.parse(await text("first", "cohort-flow.json")) as { steps: FlowStep[] };
    const count = (changes: FlowStep["added"]) => changes.reduce((sum, change) => sum + change.count, 0);
    for (const [i, { kept, added, excluded }] of steps.entries()) {
      if (i > 0) expect(kept).toBe(steps[i - 1]!.kept + count(added) - count(excluded));
    }
    expect(steps[1]!.kept).toBe(25);
    expect(steps.at(-1)).toMatchObject({
      kept: used.length,
      positive: used.filter(({ label }) => label === 1).length,
    });
    const lines = (await text("first", "predictions.csv")).trim().split("\n").slice(1);
    const rows = lines.map((line) => line.split(","));
    const name = (path: string, split: string | null, label: number | string) => `${split} ${label} ${path}`;
    expect(rows.map(([, split, label, , , path]) => name(path!, split!, label!)).sort()).toEqual(
      used.map(({ path, split, label }) => name(path, split, label)).sort(),
    );
    const pictures = new Set(used.map(({ path }) => path));
    for (const path of pictures) {
      const bytes = await readFile(join(root, "first", "thumbnails", `${path}.jpg`));
      expect(await decodeImage(bytes, { name: path })).toMatchObject({ width: 38, height: 32 });
    }
    const written = await readdir(join(root, "first", "thumbnails"), { recursive: true });
    expect(written.filter((file) => file.endsWith(".jpg"))).toHaveLength(pictures.size);
  });

  test("model/ and model.onnx give the same probability for an image", async () => {
    await useCpuBackend();
    const { model, metadata } = await loadModel(join(root, "first", "model"));
    expect(metadata).toMatchObject({
      preprocessing: "rescale",
      resize: "nearest",
      threshold: 0.7,
      inputSize: { height: 32, width: 38 },
    });
    const { tensor } = await import("@tensorflow/tfjs-core");
    const pixels = Float32Array.from({ length: 32 * 38 * 3 }, (_, i) => (i * 7) % 256);
    const input = tensor(
      pixels.map((v) => v / 255),
      [1, 32, 38, 3],
    );
    const output = model.predict(input) as typeof input;
    const session = await createSession(await readFile(join(root, "first", "model.onnx")));
    const result = await session.run({ input: { data: pixels, dims: [1, 32, 38, 3] } });
    expect(result.output!.data[0]).toBeCloseTo((output.dataSync() as Float32Array)[0]!, 4);
    await session.dispose();
    input.dispose();
    output.dispose();
    model.dispose();
  });

  test("the example, which spells the steps out, gives the same bits, from the cache, and as JSON", async () => {
    const example = await runProgram(root, [...flags("example", ...RESUMABLE), "--json"], {
      program: "reproduce",
    });
    expect(example.code).toBe(0);
    expect(example.stderr).toMatch(/: 0 computed, \d+ from the cache/);
    for (const file of ["predictions.csv", "metrics.json", "cohort.csv", "cohort-flow.json"]) {
      expect(await text("example", file)).toBe(await text("first", file));
    }
    expect(withoutSeconds(await text("example", "history.csv"))).toBe(
      withoutSeconds(await text("first", "history.csv")),
    );
    const record = async (output: string) => JSON.parse(await text(output, "run.json"));
    const [own, first] = [await record("example"), await record("first")];
    for (const name of ["settings", "digests", "resultDigests", "program"])
      expect(own[name]).toEqual(first[name]);
    expect(await readdir(join(root, "example", "model"))).toEqual(
      await readdir(join(root, "first", "model")),
    );
    const { splits, run: folder, report } = JSON.parse(example.stdout);
    expect({ splits, folder, report }).toEqual({
      splits: JSON.parse(await text("first", "metrics.json")).splits,
      folder: join(root, "example"),
      report: join(root, "example", "report.html"),
    });
  });

  test("--redraw and --organize; early stopping validates on images of train and stops", async () => {
    const { code, stdout } = await run(
      "redrawn",
      ...["--redraw", "--organize", "--seed", "4", "--augmentation", "none", "--epochs", "50"],
      ...["--early-stopping", "1", "--learning-rate", "1", "--clip-norm", "1", "--class-weights", "balanced"],
      ...["--nesterov", "--weight-decay", "0.0001"],
    );
    expect({ code, balanced: /after balancing +20 +20/.test(stdout) }).toEqual({ code: 0, balanced: true });
    expect((await readdir(join(root, "redrawn", "organized"))).sort()).toEqual(["predict", "test", "train"]);
    expect(await text("redrawn", "cohort.csv")).not.toBe(await text("first", "cohort.csv"));
    const { training, validation } = JSON.parse(await text("redrawn", "run.json"));
    expect(validation).toBe("train");
    expect(training).toMatchObject({ stoppedEarly: true });
    expect(training.weightsOfEpoch).toBe(training.epochs - 1);
    expect(stdout).toContain(`Stopped early: the weights are those of epoch ${training.weightsOfEpoch}`);
  });

  test("--split patient: nothing leaks, and the report shows both splits", async () => {
    const { code, stdout } = await run("by-patient", ...RESUMABLE, "--split", "patient");
    expect(code).toBe(0);
    expect(stdout).toMatch(/Audit of .*: 0 leaks/);
    expect(stdout).toContain("No patient and no image is in more than one split.");
    expect(stdout).toContain("Held-out images by split");
    const rows = await readCohort(join(root, "by-patient", "cohort.csv"));
    const part = (name: string) => rows.filter(({ split, status }) => split === name && status === "used");
    expect(findLeakage({ train: part("train"), test: part("test"), predict: part("predict") })).toEqual([]);
    const other = JSON.parse(await text("by-patient", "other-split.json"));
    const { predict } = JSON.parse(await text("first", "metrics.json")).splits;
    expect(other).toMatchObject({ split: "study", images: predict.images, seed: 0 });
    expect(JSON.parse(await text(other.run, "run.json")).settings.split).toBe("study");
    expect(other.confusionMatrix).toEqual(predict.confusionMatrix);
    const report = await text("by-patient", "report.html");
    expect(report).toContain("Both splits");
    expect(report).toContain(formatEstimate(predict.metrics.accuracy));
  });

  test("stopped by Ctrl-C, killed, and resumed twice, it ends with the bits of one that was not", async () => {
    const folder = join(root, "cache", "features");
    const entries = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".bin"));
    for (const entry of entries) await truncate(join(folder, entry), 100);
    const stopped = await reproduce(flags("killed", "--probes", "none", ...RESUMABLE), {
      signalAt: { text: "Epoch 1/3", signal: "SIGINT" },
    });
    expect(stopped.code).toBe(130);
    expect(stopped.stdout).toMatch(
      /(\d+) computed, \1 of them because their cache entry was damaged, 0 from/,
    );
    expect(stopped.stderr).toContain("Stopped: training was interrupted.");
    expect(JSON.parse(await text("killed", "run.json"))).toMatchObject({ status: "interrupted" });
    expect((await text("killed", "history.csv")).trim().split("\n")).toHaveLength(2);
    expect((await readdir(join(root, "killed"))).sort()).toEqual([
      "audit.json",
      "checkpoints",
      "cohort-flow.json",
      "cohort.csv",
      "history.csv",
      "run.json",
      "thumbnails",
    ]);

    const killed = await reproduce(["--resume", "killed"], {
      signalAt: { text: "Epoch 2/3", signal: "SIGKILL" },
    });
    expect(killed.code).toBeNull();
    expect(killed.stdout).toContain("Resuming after epoch 1\n");
    const resumed = await reproduce(["--resume", "killed"]);
    expect(resumed).toMatchObject({ code: 0, stderr: "" });
    expect(resumed.stdout).toMatch(/Resuming after epoch [12]\n/);
    expect(resumed.stdout).not.toContain("Epoch 1/3");
    for (const file of ["predictions.csv", "metrics.json"]) {
      expect(await text("killed", file)).toBe(await text("first", file));
    }
    expect(withoutSeconds(await text("killed", "history.csv"))).toBe(
      withoutSeconds(await text("first", "history.csv")),
    );
    const facts = async (output: string) => JSON.parse(await text(output, "run.json"));
    for (const name of ["digests", "resultDigests"])
      expect((await facts("killed"))[name]).toEqual((await facts("first"))[name]);
    expect((await facts("killed")).resumed).toHaveLength(2);
    expect(await readdir(join(root, "killed"))).not.toContain("checkpoints");
  });

  test.each([
    {
      given: ["--study", "study", "--output", "study/chestxrays.csv/out"],
      code: 1,
      line: /^Error: .*cannot be written/,
    },
    {
      given: ["--resume", "nothing"],
      code: 1,
      line: /^Error: .*nothing.run\.json: expected the record of a run, found none/,
    },
    { given: ["--resume", "first"], code: 2, line: /^Error: resume: .*first.* is finished/ },
    { given: ["--xyz"], code: 2, line: /^Error: unknown option '--xyz'/ },
  ])("$given gets one clear line and status $code", async ({ given, code, line }) => {
    const small =
      given[0] === "--resume" ? [] : ["--cache", "cache", "--output", "bad", "--probes", "none", ...SMALL];
    const outcome = await reproduce([...small, ...given]);
    expect(outcome.stderr.trim().split("\n")).toEqual([expect.stringMatching(line)]);
    expect(outcome.code).toBe(code);
  });
});
