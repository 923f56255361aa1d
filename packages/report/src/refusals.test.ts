import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nullable, options, testRefusals } from "@covidxr/testing/refusals";
import { afterAll, beforeAll } from "@jest/globals";
import { loadPlotting } from "./charts/plotting.js";
import * as charts from "./charts.js";
import * as report from "./index.js";

let folder: string;
let run: report.RunData;
let analysis: report.RunAnalysis;
let plotting: Awaited<ReturnType<typeof loadPlotting>>;

const cohort = [0, 1, 0, 1, 0, 1, 0, 1].map((label, i) => ({
  ...{ path: `a/${i}.png`, filename: `${i}.png`, patientId: `${i}`, finding: "", license: null, source: "a" },
  ...{ label: label as 0 | 1, split: i < 4 ? "validation" : "test", status: "used" as const },
}));
const finished = {
  ...{ cohort, probabilities: [0.2, 0.7, 0.6, 0.8, 0.3, 0.4, 0.6, 0.9], threshold: 0.5, seed: 0 },
  history: [{ epoch: 1, loss: 0.7, accuracy: 0.6, validationLoss: 0.7, validationAccuracy: 0.5 }],
  classes: ["no", "yes"] as const,
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "covidxr-"));
  await report.writeRun(join(folder, "run"), finished);
  run = await report.readRun(join(folder, "run"));
  analysis = report.analyseRun(run);
  plotting = await loadPlotting();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const now = new Date(0);
const started = { program: "test", kind: "holdout" as const, settings: {}, place: {}, now };

testRefusals(report, {
  analyseRun: () => [run],
  compareRuns: () => [run, run, options({ seed: 0 })],
  createRun: () => [join(folder, "new"), options(started)],
  findOtherSplit: () => [join(folder, "run")],
  headlineAuc: () => [analysis],
  isHoldout: () => [analysis],
  listRuns: () => [folder],
  readRun: () => [join(folder, "run"), options({ unfinished: true })],
  readRunRecord: () => [join(folder, "run")],
  resumeRun: async () => {
    await report.createRun(join(folder, "stopped"), started);
    return [join(folder, "stopped"), options({ now, place: {} })];
  },
  verifyRun: () => [join(folder, "run")],
  // Of an analysis in place of a folder: a folder works as well, and takes longer.
  writeReport: () => [analysis, options({ acceptEdits: false })],
  writeRun: () => [
    join(folder, "other"),
    options({ ...finished, started: now, heldOut: "test", validation: "validation", synthetic: true }),
  ],
});

const named = { id: "chart", title: "Chart" };
const curve = { fpr: [0, 0.5, 1], tpr: [0, 0.8, 1], thresholds: [Number.POSITIVE_INFINITY, 0.5, 0.1] };
const estimate = { value: 0.8, low: 0.7, high: 0.9 };
const interval = { low: 0.1, high: 0.9 };

testRefusals(charts, {
  calibrationChart: () => [
    plotting,
    options({
      ...{ ...named, slope: 1, intercept: 0, error: 0.1 },
      bins: [{ meanProbability: 0.5, observed: 0.5, count: 4, interval }],
    }),
  ],
  cohortFlowChart: () => [
    plotting,
    options({
      steps: [{ name: "all", kept: 4, positive: 2, negative: 2, added: [], excluded: [] }],
      classes: ["no", "yes"],
    }),
  ],
  confusionMatrixChart: () => [
    plotting,
    options({
      ...named,
      matrix: [
        [2, 1],
        [1, 2],
      ],
      classes: ["no", "yes"],
      threshold: 0.5,
    }),
  ],
  decisionCurveChart: () => [
    plotting,
    options({ ...named, points: [{ threshold: 0.5, model: 0.2, treatAll: 0.1 }], threshold: 0.5 }),
  ],
  epochCurvesChart: () => [
    plotting,
    options({ metric: "loss", history: finished.history, weightsOfEpoch: nullable(1) }),
  ],
  forestChart: () => [
    plotting,
    options({
      ...{ ...named, axis: "proportion", domain: [0, 1], mark: "x" },
      groups: [{ rows: [{ label: "AUC", ...estimate }] }],
      reference: { value: 0.5, label: "chance" },
    }),
  ],
  precisionRecallChart: () => [
    plotting,
    options({
      ...{ ...named, averagePrecision: estimate, prevalence: 0.5 },
      curve: { recall: [0.5, 1], precision: [1, 0.8] },
      point: { recall: 0.5, precision: 1, threshold: 0.5 },
    }),
  ],
  rocChart: () => [
    plotting,
    options({ ...named, curve, auc: estimate, point: { fpr: 0.5, tpr: 0.8, threshold: 0.5 } }),
  ],
  scoreDistributionChart: () => [
    plotting,
    options({
      ...{ ...named, threshold: 0.5, classes: ["no", "yes"] },
      images: [{ name: "a", label: 0, probability: 0.2 }],
    }),
  ],
  standaloneSvg: () => [charts.rocChart(plotting, { ...named, curve, auc: estimate })],
});
