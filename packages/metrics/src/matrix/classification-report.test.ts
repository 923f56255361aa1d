import { InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { golden } from "../../fixtures/golden.js";
import { accuracy } from "./agreement.js";
import { f1Score, precision, recall } from "./class-metrics.js";
import { classificationReport, type ReportMetrics } from "./classification-report.js";
import { confusionMatrix } from "./confusion-matrix.js";

const pairs = fc.array(fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })), { minLength: 1, maxLength: 30 });

function expectMetrics(actual: ReportMetrics, expected: unknown): void {
  const metrics = expected as Record<string, number>;
  expect(actual.precision).toBeCloseTo(metrics.precision!, 14);
  expect(actual.recall).toBeCloseTo(metrics.recall!, 14);
  expect(actual.f1Score).toBeCloseTo(metrics["f1-score"]!, 14);
  expect(actual.support).toBe(metrics.support);
}

describe("classificationReport", () => {
  test.each(golden.binary)(
    "text and metrics are scikit-learn's: $name",
    ({ truth, predicted, text, report }) => {
      const ours = classificationReport(truth, predicted, { whenUndefined: 0 });
      expect(ours.text).toBe(text);
      expectMetrics(ours.classes[0]!, report["0"]);
      expectMetrics(ours.classes[1]!, report["1"]);
      expectMetrics(ours.macroAverage, report["macro avg"]);
      expectMetrics(ours.weightedAverage, report["weighted avg"]);
      expect(ours.accuracy).toBeCloseTo(report.accuracy as number, 14);
    },
  );

  test.each(golden.reports)("text is scikit-learn's: $name", ({ truth, predicted, options, text }) => {
    const { target_names: classes, labels, ...rest } = options;
    const ours = classificationReport(truth, predicted, {
      ...rest,
      ...(labels && { classIndices: labels }),
      ...(classes && { classes }),
      whenUndefined: 0,
    });
    expect(ours.text).toBe(text);
  });

  test("shows an undefined metric, and every average over it, as nan, and says why", () => {
    const report = classificationReport([0, 1, 1, 0], [0, 0, 0, 0]);
    expect(report.text).toBe(
      [
        "              precision    recall  f1-score   support",
        "",
        "           0       0.50      1.00      0.67         2",
        "           1        nan      0.00      0.00         2",
        "",
        "    accuracy                           0.50         4",
        "   macro avg        nan      0.50      0.33         4",
        "weighted avg        nan      0.50      0.33         4",
        "",
      ].join("\n"),
    );
    expect(report.undefinedMetrics).toEqual([
      { classIndex: 1, metric: "precision", reason: "class 1 was never predicted" },
    ]);
  });

  test("a class without samples leaves the weighted average alone and makes the macro average undefined", () => {
    const report = classificationReport([0, 0, 0], [0, 1, 0]);
    expect(report.classes[1]).toEqual({
      classIndex: 1,
      name: "1",
      precision: 0,
      recall: Number.NaN,
      f1Score: 0,
      support: 0,
    });
    expect(report.weightedAverage.recall).toBeCloseTo(2 / 3, 14);
    expect(report.macroAverage.recall).toBeNaN();
    expect(report.undefinedMetrics).toEqual([
      { classIndex: 1, metric: "recall", reason: "no sample is of class 1" },
    ]);
  });

  test("reports labels without a single sample as undefined throughout", () => {
    const report = classificationReport([], [], { classIndices: [0, 1] });
    expect(report.accuracy).toBeNaN();
    expect(report.microAverage).toEqual({
      precision: Number.NaN,
      recall: Number.NaN,
      f1Score: Number.NaN,
      support: 0,
    });
    expect(report.weightedAverage).toEqual(report.microAverage);
    expect(report.macroAverage).toEqual(report.microAverage);
    expect(report.undefinedMetrics).toHaveLength(6);
    expect(report.text.match(/nan/g)).toHaveLength(15);
  });

  test("lists an undefined metric even where a number stands in its place", () => {
    expect(classificationReport([0, 1], [0, 0], { whenUndefined: 0 }).undefinedMetrics).toHaveLength(1);
    expect(classificationReport([0, 1], [0, 1]).undefinedMetrics).toEqual([]);
  });

  test("agrees with the metrics of the confusion matrix", () => {
    fc.assert(
      fc.property(pairs, (samples) => {
        const truth = samples.map(([t]) => t);
        const predicted = samples.map(([, p]) => p);
        const matrix = confusionMatrix(truth, predicted, { classCount: 4 });
        const report = classificationReport(truth, predicted, { classIndices: [0, 1, 2, 3] });
        expect(report.accuracy).toBe(accuracy(matrix));
        for (const { classIndex, ...metrics } of report.classes) {
          expect(metrics.precision).toBe(precision(matrix, { classIndex }));
          expect(metrics.recall).toBe(recall(matrix, { classIndex }));
          expect(metrics.f1Score).toBe(f1Score(matrix, { classIndex }));
        }
      }),
    );
  });

  test("ignores sample order", () => {
    fc.assert(
      fc.property(pairs, (samples) => {
        const reportOf = (list: [number, number][]) =>
          classificationReport(
            list.map(([t]) => t),
            list.map(([, p]) => p),
          );
        expect(reportOf(samples.toReversed())).toEqual(reportOf(samples));
      }),
    );
  });

  test("takes typed arrays", () => {
    expect(classificationReport(Uint8Array.of(0, 1), Uint8Array.of(0, 1)).accuracy).toBe(1);
  });

  test.each([
    { why: "unequal lengths", truth: [0, 1], predicted: [0], options: {}, parameter: "predictions" },
    { why: "a negative class", truth: [-1], predicted: [0], options: {}, parameter: "truth" },
    { why: "a score for a class", truth: [1], predicted: [0.9], options: {}, parameter: "predictions" },
    { why: "no sample and no labels", truth: [], predicted: [], options: {}, parameter: "classIndices" },
    {
      why: "a label twice",
      truth: [0],
      predicted: [0],
      options: { classIndices: [0, 0] },
      parameter: "classIndices",
    },
    {
      why: "a name too few",
      truth: [0, 1],
      predicted: [0, 1],
      options: { classes: ["a"] },
      parameter: "classes",
    },
    { why: "half a digit", truth: [0], predicted: [0], options: { digits: 1.5 }, parameter: "digits" },
    {
      why: "a negative stand-in",
      truth: [0],
      predicted: [0],
      options: { whenUndefined: -1 },
      parameter: "whenUndefined",
    },
  ])("refuses $why", ({ truth, predicted, options, parameter }) => {
    const attempt = () => classificationReport(truth, predicted, options);
    expect(attempt).toThrow(InvalidArgumentError);
    expect(attempt).toThrow(expect.objectContaining({ parameter }));
  });
});
