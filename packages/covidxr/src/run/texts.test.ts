import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CohortRow } from "@covidxr/dataset";
import { analyseRun, createRun, readRun, writeReport } from "@covidxr/report";
import type { FoldsRunAnalysis } from "@covidxr/report/internal";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Printer } from "./printer.js";
import { foldsText, foldText } from "./texts.js";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "covidxr-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const LABELS = [0, 1, 0, 1, 0, 0, 0, 0] as const;
const rows = LABELS.map(
  (label, i): CohortRow => ({
    ...{ path: `a/${i}.png`, filename: `${i}.png`, source: "a", patientId: null },
    ...{ finding: label === 1 ? "covid" : "normal", license: null, label, split: null, status: "used" },
  }),
);

/** Two folds; the second has no positive image, so no sensitivity and no AUC. */
const FOLDS = [
  [0, 1, 2, 3],
  [4, 5, 6, 7],
].map((own, fold) => ({
  ...{ repeat: 0, fold, seed: 0, rows: own, outputs: own.map((i) => 0.1 * i + 0.05) },
  ...{
    trainingImages: 4,
    validationImages: 0,
    epoch: 1,
    stoppedEarly: false,
    lastEpoch: { epoch: 1 },
    seconds: 1,
  },
}));

describe("a cross-validation with a fold in which a metric is undefined", () => {
  let analysis: FoldsRunAnalysis;
  beforeAll(async () => {
    const run = await createRun(join(root, "run"), {
      ...{ program: "cross-validate", kind: "folds", place: {}, now: new Date(0) },
      settings: { threshold: 0.5, seed: 0, seeds: [0] },
    });
    await run.update({ classes: ["normal", "covid"] });
    await run.writeCohort(rows);
    await run.writeFolds(rows, new Map([["patient", FOLDS]]));
    await run.finish({});
    analysis = analyseRun(await readRun(run.folder)) as FoldsRunAnalysis;
    await writeReport(analysis);
  });

  test("has one mean, over the folds that have one, and says so wherever it stands", async () => {
    const read = (name: string) => readFile(join(root, "run", name), "utf8");
    const { by } = JSON.parse(await read("cross-validation.json"));
    // Scores 0.05, 0.25 of the negatives and 0.15, 0.35 of the positives: 3 of 4 pairs in order.
    expect(by.patient.summary.auc).toEqual({
      ...{ mean: 0.75, standardDeviation: null, count: 1, undefinedCount: 1 },
    });
    const said = "0.750 ± undefined (undefined in 1 fold)";
    expect(foldsText(analysis)).toContain(said);
    expect(await read("report.html")).toContain(said);
    expect(await read("MODEL_CARD.md")).toContain(said);
    const lines = foldText(analysis.groupings[0]!).split("\n");
    expect(lines.at(-3)).toMatch(/^mean .* 0\.750$/);
    expect(lines.at(-1)).toMatch(/^undefined +0 +0 +1 +0 +1$/);
  });
});

test("what is printed orders no terminal about, whatever a name holds", () => {
  const lines: string[] = [];
  const printer = new Printer((line) => lines.push(line));
  printer.line("one\u001b[2J\ntwo\u202e");
  printer.remarks([{ path: "a\nb\u009b.png", message: "transparent" }]);
  expect(lines).toEqual([
    "one\\u001b[2J\ntwo\\u202e",
    "Images of which something is not used: 1",
    "  a\\nb\\u009b.png: transparent",
  ]);
});
