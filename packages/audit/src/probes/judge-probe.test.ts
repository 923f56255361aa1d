import { describe, expect, test } from "@jest/globals";
import { judgeProbe } from "./judge-probe.js";
import type { AucEstimate } from "./probe-result.js";

const auc = (value: number, low: number, high: number): AucEstimate => ({
  value,
  low,
  high,
  level: 0.95,
  method: "DeLong",
  negatives: 15,
  positives: 16,
});
const undefinedAuc = auc(Number.NaN, Number.NaN, Number.NaN);
const model = auc(0.95, 0.88, 1);

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

  test("says nothing without a model, or of figures that are undefined", () => {
    const figures = { outOfFold: auc(0.9, 0.8, 1), heldOut: null };
    expect(judgeProbe(figures, null)).toBeNull();
    expect(judgeProbe(figures, undefinedAuc)).toBeNull();
    expect(judgeProbe({ ...figures, outOfFold: undefinedAuc }, model)).toBeNull();
  });

  test("a model that may be at chance is reached by any probe that is not", () => {
    expect(judgeProbe({ outOfFold: auc(0.6, 0.55, 0.65), heldOut: null }, auc(0.7, 0.45, 0.95))).toBe(
      "near-model",
    );
  });
});
