import { beforeAll, expect, test } from "@jest/globals";
import type { Plotting } from "./chart.js";
import { loadPlotting } from "./plotting.js";
import { precisionRecallChart } from "./precision-recall-chart.js";
import { allElements, axisScale, readSvg, textsOf } from "./testing/read-svg.js";

let plotting: Plotting;
beforeAll(async () => {
  plotting = await loadPlotting();
});

const DATA = {
  id: "precision-recall",
  title: "Precision and recall",
  curve: { recall: [0.5, 0.5, 1], precision: [1, 0.5, 0.625] },
  averagePrecision: { value: 0.8125, low: 0.6, high: 0.9 },
  prevalence: 0.4,
};

/** Corners of the curve in values, read off the axes. */
function corners(curve: { recall: number[]; precision: number[] }): number[][] {
  const svg = readSvg(precisionRecallChart(plotting, { ...DATA, curve }).svg);
  const x = axisScale(svg, "x", "0", "1");
  const y = axisScale(svg, "y", "0", "1");
  const line = allElements(svg).find((element) => element.attributes.get("stroke-width") === "2.5")!;
  const d = allElements(line)
    .find((element) => element.attributes.has("d"))!
    .attributes.get("d")!;
  const points: number[][] = [];
  for (const [, command, numbers] of d.matchAll(/([MLHV])([^MLHV]+)/g)) {
    const values = numbers!.split(",").map(Number);
    const [px, py] = points.at(-1) ?? [0, 0];
    points.push(command === "H" ? [values[0]!, py!] : command === "V" ? [px!, values[0]!] : values);
  }
  return points.map(([px, py]) => [(px! - x(0)) / (x(1) - x(0)), (py! - y(0)) / (y(1) - y(0))]);
}

test("steps enclose the average precision, in either order of thresholds", () => {
  for (const curve of [DATA.curve, { recall: [1, 0.5, 0.5], precision: [0.625, 0.5, 1] }]) {
    let area = 0;
    const points = corners(curve);
    points.slice(1).forEach(([x, y], i) => {
      const [from, height] = points[i]!;
      area += ((x! - from!) * (y! + height!)) / 2;
    });
    // scikit-learn's sum: (0.5 − 0) · 1 + (0.5 − 0.5) · 0.5 + (1 − 0.5) · 0.625.
    expect(area).toBeCloseTo(0.8125, 3);
  }
});

test("names average precision, prevalence and the point in use", () => {
  const point = { recall: 0.5, precision: 1, threshold: 0.7 };
  const chart = precisionRecallChart(plotting, { ...DATA, point });
  expect(textsOf(readSvg(chart.svg))).toEqual(
    expect.arrayContaining([
      "average precision 0.813 [0.600, 0.900]",
      "prevalence 0.400",
      "threshold 0.7",
      "precision 1.000",
      "recall 0.500",
    ]),
  );
  expect(chart.description).toContain("At threshold 0.7 precision is 1.000 and recall 0.500.");
});

test("leaves out undefined points, and says how many", () => {
  const curve = { recall: [0, 0.5, 1], precision: [Number.NaN, 1, 0.625] };
  const chart = precisionRecallChart(plotting, { ...DATA, curve });
  expect(chart.description).toContain("1 undefined point left out.");
  expect(chart.table.rows[0]).toEqual([0, "undefined"]);
});

test("says that it is undefined without positives", () => {
  const chart = precisionRecallChart(plotting, { ...DATA, curve: { recall: [Number.NaN], precision: [0] } });
  expect(chart.description).toBe("The precision-recall curve is undefined: it needs images of class 1.");
});
