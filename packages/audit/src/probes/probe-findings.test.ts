import { expect, test } from "@jest/globals";
import type { AttributeAssociation } from "../cohort/cohort-audit.js";
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
const association = (change: Partial<AttributeAssociation> = {}): AttributeAssociation => ({
  attribute: "source",
  known: 100,
  values: [],
  mutualInformation: 0.2,
  share: 0.2,
  shareByChance: 0.01,
  pValue: 0.0005,
  adjustedPValue: 0.004,
  ...change,
});
const TELLING = { attributes: [association()] };
const source = (low: number): ProbeResult =>
  result({
    name: "source",
    title: "source: a or b",
    target: "source",
    outOfFold: auc(0.9, low),
    verdict: null,
  });

test("a probe near the model is a finding, with its figures", () => {
  expect(probeFindings([result({ heldOut: auc(1, 0.72, "Newcombe") })], TELLING)).toEqual([
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
  expect(probeFindings(verdicts, TELLING)).toEqual([]);
  expect(probeFindings([], TELLING)).toEqual([]);
});

test("a probe of the source is one where its interval lies above 0.8", () => {
  const found = probeFindings([source(0.8), source(0.81), source(Number.NaN)], TELLING);
  expect(found.map(({ items }) => items)).toEqual([
    ["source: a or b, out of fold: AUC 0.900 [0.810, 1.000] (95 %, DeLong), 60 images against 40"],
  ]);
});

test.each<{ why: string; attributes: AttributeAssociation[] }>([
  { why: "is not significant", attributes: [association({ adjustedPValue: 0.01 })] },
  { why: "tells little beyond chance", attributes: [association({ shareByChance: 0.151 })] },
  {
    why: "is undefined",
    attributes: [association({ share: Number.NaN, shareByChance: Number.NaN, adjustedPValue: Number.NaN })],
  },
  { why: "is another attribute", attributes: [association({ attribute: "view" })] },
  { why: "was not looked at", attributes: [] },
])("a probe of the source is none where its association with the label $why", ({ attributes }) => {
  expect(probeFindings([source(0.95)], { attributes })).toEqual([]);
  const telling = [...attributes.filter(({ attribute }) => attribute !== "source"), association()];
  expect(probeFindings([source(0.95)], { attributes: telling })).toHaveLength(1);
  // Probes of the label do not hang on it.
  expect(probeFindings([result({})], { attributes })).toHaveLength(1);
});
