import { InvalidArgumentError } from "@covidxr/core";
import { delong, newcombeAucInterval } from "@covidxr/metrics";
import { describe, expect, test } from "@jest/globals";
import { estimateAuc } from "./estimate-auc.js";

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
