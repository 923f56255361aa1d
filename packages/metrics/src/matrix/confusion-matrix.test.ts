import { InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import { golden } from "../../fixtures/golden.js";
import { confusionMatrix } from "./confusion-matrix.js";

describe("confusionMatrix", () => {
  test.each(golden.binary)("equals scikit-learn's: $name", ({ truth, predicted, confusion }) => {
    expect(confusionMatrix(truth, predicted)).toEqual(confusion);
  });

  test("puts the true class in rows and the predicted one in columns", () => {
    expect(confusionMatrix([0, 0, 2], [1, 1, 0], { classCount: 3 })).toEqual([
      [0, 2, 0],
      [0, 0, 0],
      [1, 0, 0],
    ]);
  });

  test("gives zeros for no samples", () => {
    expect(confusionMatrix([], [])).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  test("takes typed arrays", () => {
    expect(confusionMatrix(Uint8Array.of(0, 1), Int32Array.of(1, 1))).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  test.each([
    {
      why: "unequal lengths",
      truth: [0, 1],
      predicted: [0],
      classCount: 2,
      parameter: "predictions",
      value: 1,
    },
    {
      why: "a class too high",
      truth: [0, 2],
      predicted: [0, 1],
      classCount: 2,
      parameter: "truth",
      value: 2,
    },
    {
      why: "a negative class",
      truth: [0],
      predicted: [-1],
      classCount: 2,
      parameter: "predictions",
      value: -1,
    },
    { why: "a fraction", truth: [0], predicted: [0.7], classCount: 2, parameter: "predictions", value: 0.7 },
    { why: "no classes", truth: [], predicted: [], classCount: 0, parameter: "classCount", value: 0 },
  ])("refuses $why", ({ truth, predicted, classCount, parameter, value }) => {
    const attempt = () => confusionMatrix(truth, predicted, { classCount });
    expect(attempt).toThrow(InvalidArgumentError);
    expect(attempt).toThrow(expect.objectContaining({ parameter, value }));
  });

  test("refuses NaN", () => {
    expect(() => confusionMatrix([Number.NaN], [0])).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter: "truth", value: Number.NaN }),
    );
  });
});
