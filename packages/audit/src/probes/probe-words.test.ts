import { describe, expect, test } from "@jest/globals";
import type { AucEstimate } from "./probe-result.js";
import { labelProbeWords, sourceProbeWords } from "./probe-words.js";

const auc = (value: number, low: number, high: number): AucEstimate => ({
  value,
  low,
  high,
  level: 0.95,
  method: "DeLong",
  negatives: 145,
  positives: 151,
});
const model = auc(0.95, 0.88, 1);
const words = (figures: Partial<Parameters<typeof labelProbeWords>[2]> & { outOfFold: AucEstimate }) =>
  labelProbeWords("The border alone", "without the middle of the picture", {
    heldOut: null,
    model,
    verdict: null,
    ...figures,
  });

describe("labelProbeWords", () => {
  test.each([
    {
      why: "chance",
      figures: { outOfFold: auc(0.52, 0.45, 0.59), verdict: "chance" as const },
      expected:
        "The border alone reaches an AUC of 0.520 [0.450, 0.590]: no better than chance, as far as 296 images show.",
    },
    {
      why: "a signal",
      figures: { outOfFold: auc(0.74, 0.69, 0.79), verdict: "signal" as const },
      expected:
        "The border alone reaches an AUC of 0.740 [0.690, 0.790], above chance and below the interval of the model's " +
        "0.950 [0.880, 1.000]: the label can in part be told without the middle of the picture.",
    },
    {
      why: "near the model",
      figures: { outOfFold: auc(0.93, 0.9, 0.96), verdict: "near-model" as const },
      expected:
        "The border alone reaches an AUC of 0.930 [0.900, 0.960], within the interval of the model's " +
        "0.950 [0.880, 1.000]: the label can be told without the middle of the picture.",
    },
    {
      why: "as good as the model",
      figures: { outOfFold: auc(0.95, 0.9, 1), verdict: "near-model" as const },
      expected:
        "The border alone reaches an AUC of 0.950 [0.900, 1.000], no lower than the model's " +
        "0.950 [0.880, 1.000]: the label can be told without the middle of the picture.",
    },
    {
      why: "near the model on the held-out images alone",
      figures: {
        outOfFold: auc(0.8, 0.75, 0.85),
        heldOut: auc(0.9, 0.75, 1),
        verdict: "near-model" as const,
      },
      expected:
        "The border alone reaches an AUC of 0.800 [0.750, 0.850] and 0.900 [0.750, 1.000] on the held-out images, " +
        "within the interval of the model's 0.950 [0.880, 1.000]: the label can be told without the middle of the " +
        "picture.",
    },
    {
      why: "no model",
      figures: { outOfFold: auc(0.93, 0.9, 0.96), model: null },
      expected:
        "The border alone reaches an AUC of 0.930 [0.900, 0.960], above chance: the label can be told without " +
        "the middle of the picture.",
    },
    {
      why: "a model that proves little",
      figures: {
        outOfFold: auc(0.7, 0.65, 0.75),
        model: auc(0.75, 0.6, 0.9),
        verdict: "near-model" as const,
      },
      expected:
        "The border alone reaches an AUC of 0.700 [0.650, 0.750], within the interval of the model's " +
        "0.750 [0.600, 0.900]: the label can in part be told without the middle of the picture.",
    },
    {
      why: "nothing",
      figures: { outOfFold: auc(Number.NaN, Number.NaN, Number.NaN) },
      expected: "The border alone has no AUC: there are too few images.",
    },
  ])("of $why", ({ figures, expected }) => {
    expect(words(figures)).toBe(expected);
  });
});

describe("sourceProbeWords", () => {
  test.each([
    {
      outOfFold: auc(0.99, 0.98, 1),
      expected: "Whole pictures tell a from b with an AUC of 0.990 [0.980, 1.000]: a model can learn it.",
    },
    {
      outOfFold: auc(0.5, 0.4, 0.6),
      expected:
        "Whole pictures tell a from b with an AUC of 0.500 [0.400, 0.600]: no better than chance, as far as 296 " +
        "images show.",
    },
    {
      outOfFold: auc(Number.NaN, Number.NaN, Number.NaN),
      expected: "Whole pictures tell a from b without an AUC: there are too few images.",
    },
  ])("$expected", ({ outOfFold, expected }) => {
    expect(sourceProbeWords("Whole pictures tell a from b", "a model can learn it", outOfFold)).toBe(
      expected,
    );
  });
});
