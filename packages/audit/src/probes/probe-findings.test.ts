import { expect, test } from "@jest/globals";
import { probeFindings } from "./probe-findings.js";
import type { AucEstimate, ProbeResult } from "./probe-result.js";

const auc = (value: number, low: number, method: AucEstimate["method"] = "DeLong"): AucEstimate => ({
  value,
  low,
  high: 1,
  level: 0.95,
  method,
  negatives: 40,
  positives: 60,
});

const result = (change: Partial<ProbeResult>): ProbeResult => ({
  name: "border",
  title: "border alone",
  description: "The border.",
  target: "label",
  outOfFold: auc(0.9, 0.85),
  heldOut: null,
  verdict: "near-model",
  words: "The border alone reaches much.",
  ...change,
});
const source = (low: number): ProbeResult =>
  result({
    name: "source",
    title: "source: a or b",
    target: "source",
    outOfFold: auc(0.9, low),
    verdict: null,
  });

test("a probe near the model is a finding, with its figures", () => {
  expect(probeFindings([result({ heldOut: auc(1, 0.72, "Newcombe") })])).toEqual([
    {
      check: "probes",
      severity: "shortcut",
      summary: "The border alone reaches much.",
      items: [
        "border alone, out of fold: AUC 0.900 [0.850, 1.000] (95 %, DeLong), 60 images against 40",
        "border alone, held out: AUC 1.000 [0.720, 1.000] (95 %, Newcombe), 60 images against 40",
      ],
    },
  ]);
});

test("a probe at chance, with a signal or without a verdict is none", () => {
  const verdicts = (["chance", "signal", null] as const).map((verdict) => result({ verdict }));
  expect(probeFindings(verdicts)).toEqual([]);
  expect(probeFindings([])).toEqual([]);
});

test("a probe of the source is one where its interval lies above 0.8", () => {
  const found = probeFindings([source(0.8), source(0.81), source(Number.NaN)]);
  expect(found.map(({ items }) => items)).toEqual([
    ["source: a or b, out of fold: AUC 0.900 [0.810, 1.000] (95 %, DeLong), 60 images against 40"],
  ]);
});
