import { InvalidArgumentError } from "@covidxr/core";
import { delong, newcombeAucInterval } from "@covidxr/metrics";
import { describe, expect, test } from "@jest/globals";
import type { AttributeAssociation } from "../cohort/checks/check-attributes.js";
import {
  type AucEstimate,
  estimateAuc,
  judgeProbe,
  labelProbeWords,
  type ProbeResult,
  probeFindings,
  sourceProbeWords,
} from "./verdict.js";

const auc = (
  value: number,
  low: number,
  high = 1,
  method: AucEstimate["method"] = "DeLong",
): AucEstimate => ({
  value,
  low,
  high,
  level: 0.95,
  method,
  negatives: 145,
  positives: 151,
});
const model = auc(0.95, 0.88);

describe("estimateAuc", () => {
  test("takes DeLong's interval where it has a width", () => {
    const truth = [0, 1, 0, 1, 1];
    const scores = [0.1, 0.4, 0.5, 0.6, 0.3];
    const { auc, interval } = delong(truth, scores);
    expect(estimateAuc(truth, scores)).toEqual({
      value: auc,
      ...interval,
      method: "DeLong",
      negatives: 2,
      positives: 3,
    });
  });

  test.each([
    { why: "an area of 1", truth: [0, 0, 1, 1], scores: [1, 2, 3, 4], value: 1 },
    { why: "an area of 0", truth: [0, 0, 1, 1], scores: [4, 3, 2, 1], value: 0 },
    { why: "equal scores", truth: [0, 0, 1, 1], scores: [1, 1, 1, 1], value: 0.5 },
    { why: "one image of a class", truth: [0, 0, 0, 1], scores: [1, 2, 4, 3], value: 2 / 3 },
  ])("takes Newcombe's for $why", ({ truth, scores, value }) => {
    const positives = truth.filter((label) => label === 1).length;
    const negatives = truth.length - positives;
    const { low, high, level } = newcombeAucInterval(value, positives, negatives, { level: 0.9 });
    const estimate = estimateAuc(truth, scores, { level: 0.9 });
    expect(estimate).toEqual({ value, low, high, level, method: "Newcombe", negatives, positives });
    expect(estimate.high).toBeGreaterThan(estimate.low);
  });

  test.each([{ truth: [1, 1] }, { truth: [0, 0] }, { truth: [] }])("is undefined for $truth", ({ truth }) => {
    expect(estimateAuc(truth, truth)).toMatchObject({ value: Number.NaN, low: Number.NaN, high: Number.NaN });
  });

  test("refuses a score that is NaN", () => {
    const estimate = () => estimateAuc([0, 1], [0, Number.NaN]);
    expect(estimate).toThrow(InvalidArgumentError);
    expect(estimate).toThrow(expect.objectContaining({ parameter: "scores", value: Number.NaN }));
  });
});

const undefinedAuc = auc(Number.NaN, Number.NaN, Number.NaN);

describe("judgeProbe", () => {
  test.each([
    { why: "an interval that holds 0.5", outOfFold: auc(0.55, 0.48, 0.62), heldOut: null, verdict: "chance" },
    {
      why: "an interval that begins at 0.5",
      outOfFold: auc(0.6, 0.5, 0.7),
      heldOut: null,
      verdict: "chance",
    },
    { why: "an interval below 0.5", outOfFold: auc(0.3, 0.2, 0.4), heldOut: null, verdict: "chance" },
    {
      why: "chance out of fold, whatever a few held-out images say",
      outOfFold: auc(0.55, 0.48, 0.62),
      heldOut: auc(0.9, 0.7, 1),
      verdict: "chance",
    },
    {
      why: "an area below the model's limit",
      outOfFold: auc(0.87, 0.8, 0.94),
      heldOut: null,
      verdict: "signal",
    },
    {
      why: "both areas below the model's limit",
      outOfFold: auc(0.8, 0.7, 0.9),
      heldOut: auc(0.87, 0.7, 1),
      verdict: "signal",
    },
    {
      why: "an area at the model's limit",
      outOfFold: auc(0.88, 0.8, 0.95),
      heldOut: null,
      verdict: "near-model",
    },
    { why: "an area above the model's", outOfFold: auc(0.99, 0.98, 1), heldOut: null, verdict: "near-model" },
    {
      why: "the held-out area alone at the model's limit",
      outOfFold: auc(0.8, 0.7, 0.9),
      heldOut: auc(0.88, 0.7, 1),
      verdict: "near-model",
    },
    {
      why: "an undefined held-out area and a low one out of fold",
      outOfFold: auc(0.8, 0.7, 0.9),
      heldOut: undefinedAuc,
      verdict: "signal",
    },
  ])("says $verdict of $why", ({ outOfFold, heldOut, verdict }) => {
    expect(judgeProbe({ outOfFold, heldOut }, model)).toBe(verdict);
  });

  test("says nothing without a model, or of metrics that are undefined", () => {
    const metrics = { outOfFold: auc(0.9, 0.8, 1), heldOut: null };
    expect(judgeProbe(metrics, null)).toBeNull();
    expect(judgeProbe(metrics, undefinedAuc)).toBeNull();
    expect(judgeProbe({ ...metrics, outOfFold: undefinedAuc }, model)).toBeNull();
  });

  test("a model that may be at chance is reached by any probe that is not", () => {
    expect(judgeProbe({ outOfFold: auc(0.6, 0.55, 0.65), heldOut: null }, auc(0.7, 0.45, 0.95))).toBe(
      "near-model",
    );
  });
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

test("a probe near the model is a finding, with its metrics", () => {
  expect(probeFindings([result({ heldOut: auc(1, 0.72, 1, "Newcombe") })], TELLING)).toEqual([
    {
      check: "probes",
      severity: "shortcut",
      summary: "The border alone reaches much.",
      items: [
        "border alone, out of fold: AUC 0.900 [0.850, 1.000] (95 %, DeLong), 151 vs 145 images",
        "border alone, held out: AUC 1.000 [0.720, 1.000] (95 %, Newcombe), 151 vs 145 images",
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
    ["source: a or b, out of fold: AUC 0.900 [0.810, 1.000] (95 %, DeLong), 151 vs 145 images"],
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

const words = (metrics: Partial<Parameters<typeof labelProbeWords>[2]> & { outOfFold: AucEstimate }) =>
  labelProbeWords("The border alone", "without the middle of the image", {
    heldOut: null,
    model,
    verdict: null,
    ...metrics,
  });

describe("labelProbeWords", () => {
  test.each([
    {
      why: "chance",
      metrics: { outOfFold: auc(0.52, 0.45, 0.59), verdict: "chance" as const },
      expected:
        "The border alone reaches an AUC of 0.520 [0.450, 0.590]: not distinguishable from chance with 296 images.",
    },
    {
      why: "a signal",
      metrics: { outOfFold: auc(0.74, 0.69, 0.79), verdict: "signal" as const },
      expected:
        "The border alone reaches an AUC of 0.740 [0.690, 0.790], above chance but below the interval of the model's " +
        "0.950 [0.880, 1.000]: the label is partly predictable without the middle of the image.",
    },
    {
      why: "near the model",
      metrics: { outOfFold: auc(0.93, 0.9, 0.96), verdict: "near-model" as const },
      expected:
        "The border alone reaches an AUC of 0.930 [0.900, 0.960], within the interval of the model's " +
        "0.950 [0.880, 1.000]: the label is predictable without the middle of the image.",
    },
    {
      why: "as good as the model",
      metrics: { outOfFold: auc(0.95, 0.9, 1), verdict: "near-model" as const },
      expected:
        "The border alone reaches an AUC of 0.950 [0.900, 1.000], no lower than the model's " +
        "0.950 [0.880, 1.000]: the label is predictable without the middle of the image.",
    },
    {
      why: "near the model on the held-out images alone",
      metrics: {
        outOfFold: auc(0.8, 0.75, 0.85),
        heldOut: auc(0.9, 0.75, 1),
        verdict: "near-model" as const,
      },
      expected:
        "The border alone reaches an AUC of 0.800 [0.750, 0.850] and 0.900 [0.750, 1.000] on the held-out images, " +
        "within the interval of the model's 0.950 [0.880, 1.000]: the label is predictable without the middle of the " +
        "image.",
    },
    {
      why: "no model",
      metrics: { outOfFold: auc(0.93, 0.9, 0.96), model: null },
      expected:
        "The border alone reaches an AUC of 0.930 [0.900, 0.960], above chance: the label is predictable without " +
        "the middle of the image.",
    },
    {
      why: "a model that proves little",
      metrics: {
        outOfFold: auc(0.7, 0.65, 0.75),
        model: auc(0.75, 0.6, 0.9),
        verdict: "near-model" as const,
      },
      expected:
        "The border alone reaches an AUC of 0.700 [0.650, 0.750], within the interval of the model's " +
        "0.750 [0.600, 0.900]: the label is partly predictable without the middle of the image.",
    },
    {
      why: "nothing",
      metrics: { outOfFold: auc(Number.NaN, Number.NaN, Number.NaN) },
      expected: "The border alone has no AUC: too few images.",
    },
  ])("of $why", ({ metrics, expected }) => {
    expect(words(metrics)).toBe(expected);
  });
});

describe("sourceProbeWords", () => {
  test.each([
    {
      outOfFold: auc(0.99, 0.98, 1),
      expected:
        "Whole images distinguish a from b with an AUC of 0.990 [0.980, 1.000]: a model can learn it.",
    },
    {
      outOfFold: auc(0.5, 0.4, 0.6),
      expected:
        "Whole images distinguish a from b with an AUC of 0.500 [0.400, 0.600]: not distinguishable from chance with 296 " +
        "images.",
    },
    {
      outOfFold: auc(Number.NaN, Number.NaN, Number.NaN),
      expected: "Whole images distinguish a from b with an undefined AUC: too few images.",
    },
  ])("$expected", ({ outOfFold, expected }) => {
    expect(sourceProbeWords("Whole images distinguish a from b", "a model can learn it", outOfFold)).toBe(
      expected,
    );
  });
});
