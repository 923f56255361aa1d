import { rocCurve } from "@covidxr/metrics";
import { beforeAll, expect, test } from "@jest/globals";
import type { Plotting } from "./chart.js";
import { loadPlotting } from "./plotting.js";
import { rocChart } from "./roc-chart.js";
import {
  allElements,
  axisScale,
  marksWith,
  readSvg,
  textsOf,
  tooltipsOf,
  translation,
} from "./testing/read-svg.js";

let plotting: Plotting;
beforeAll(async () => {
  plotting = await loadPlotting();
});

const CURVE = {
  fpr: [0, 0, 0.5, 1],
  tpr: [0, 0.75, 1, 1],
  thresholds: [Number.POSITIVE_INFINITY, 0.8, 0.4, 0.1],
};
const DATA = { id: "roc", title: "ROC curve", curve: CURVE, auc: { value: 0.9375, low: 0.8, high: 1 } };

test("the line goes through the curve's points, on equal axes", () => {
  const svg = readSvg(rocChart(plotting, DATA).svg);
  const x = axisScale(svg, "x", "0", "1");
  const y = axisScale(svg, "y", "0", "1");
  expect(x(1) - x(0)).toBeCloseTo(y(0) - y(1), 6);
  const path = allElements(svg).find(
    (element) => element.name === "path" && element.attributes.get("d")?.split(/[ML]/).length === 5,
  );
  const drawn = path!.attributes
    .get("d")!
    .slice(1)
    .split("L")
    .map((point) => point.split(",").map(Number));
  CURVE.fpr.forEach((fpr, i) => {
    expect(drawn[i]![0]).toBeCloseTo(x(fpr), 1);
    expect(drawn[i]![1]).toBeCloseTo(y(CURVE.tpr[i]!), 1);
  });
});

test("each point says threshold and rates", () => {
  const tooltips = tooltipsOf(readSvg(rocChart(plotting, DATA).svg));
  expect(tooltips).toContain("threshold 0.8\nfalse positive rate 0.000\ntrue positive rate 0.750");
  expect(tooltips).toContain(
    "threshold above every probability\nfalse positive rate 0.000\ntrue positive rate 0.000",
  );
  expect(rocChart(plotting, DATA).table.rows[0]).toEqual(["∞", 0, 0]);
});

test("names area, band and the point in use, and marks it", () => {
  const point = { fpr: 0.25, tpr: 0.75, threshold: 0.5 };
  const band = { fpr: [0, 1], low: [0, 0.8], high: [0.6, 1], level: 0.95 };
  const chart = rocChart(plotting, { ...DATA, point, band });
  const svg = readSvg(chart.svg);
  expect(textsOf(svg)).toEqual(
    expect.arrayContaining([
      "AUC 0.938 [0.800, 1.000]",
      "shaded: 95 % confidence band",
      "threshold 0.5",
      "TPR 0.750",
      "FPR 0.250",
    ]),
  );
  expect(chart.description).toContain("At threshold 0.5 the true positive rate is 0.750");
  const [mark] = marksWith(svg, "At threshold 0.5");
  const [left, top] = translation(mark!);
  expect(left).toBeCloseTo(axisScale(svg, "x", "0", "1")(0.25), 1);
  expect(top).toBeCloseTo(axisScale(svg, "y", "0", "1")(0.75), 1);
});

test("keeps a long curve's tooltips few and its line whole", () => {
  const fpr = Array.from({ length: 5000 }, (_, i) => i / 4999);
  const svg = readSvg(
    rocChart(plotting, { ...DATA, curve: { fpr, tpr: fpr.map(Math.sqrt), thresholds: fpr } }).svg,
  );
  const targets = marksWith(svg, "threshold");
  expect(targets.length).toBeGreaterThan(200);
  expect(targets.length).toBeLessThanOrEqual(300);
  expect(allElements(svg).some((element) => element.attributes.get("d")?.split("L").length === 5000)).toBe(
    true,
  );
});

test.each([
  { why: "one class alone", curve: rocCurve([1, 1], [0.4, 0.6]) },
  { why: "no image", curve: rocCurve([], []) },
  { why: "no point", curve: { fpr: [], tpr: [], thresholds: [] } },
])("says that it is undefined for $why", ({ curve }) => {
  const nothing = { value: Number.NaN, low: Number.NaN, high: Number.NaN };
  const chart = rocChart(plotting, { ...DATA, curve, auc: nothing });
  expect(chart.description).toBe("The ROC curve is undefined: it needs images of both classes.");
});
