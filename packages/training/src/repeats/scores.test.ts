import { InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import { requireSameMetrics, summarizeMetrics, toJsonNumbers } from "./scores.js";

test("records survive JSON, with null for what is no number there", () => {
  const record = toJsonNumbers({ auc: Number.NaN, ratio: Number.POSITIVE_INFINITY, recall: 0.1, fold: 3 });
  expect(record).toEqual({ auc: null, ratio: null, recall: 0.1, fold: 3 });
  expect(JSON.parse(JSON.stringify(record))).toEqual(record);
});

describe("summarizeMetrics", () => {
  test("sums up each metric by name, in any order of names", () => {
    const summary = summarizeMetrics([
      { auc: 0.5, recall: 1 },
      { recall: 0, auc: null },
    ]);
    expect(summary.recall).toEqual({
      count: 2,
      undefinedCount: 0,
      mean: 0.5,
      standardDeviation: Math.SQRT1_2,
    });
    expect(summary.auc).toMatchObject({ count: 1, undefinedCount: 1, mean: 0.5 });
  });

  test("nothing gives nothing", () => {
    expect(summarizeMetrics([])).toEqual({});
  });
});

test.each([[{ recall: 1 }], [{ auc: 1, recall: 1, f1: 1 }], [{ auc: 1, f1: 1 }]])(
  "%p has other metrics than auc and recall",
  (other) => {
    const run = () => requireSameMetrics({ auc: 1, recall: 1 }, other as Record<string, number>);
    expect(run).toThrow(InvalidArgumentError);
    expect(run).toThrow(expect.objectContaining({ parameter: "score" }));
  },
);
