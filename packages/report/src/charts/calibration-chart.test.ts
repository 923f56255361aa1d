import { beforeAll, expect, test } from "@jest/globals";
import { calibrationChart } from "./calibration-chart.js";
import type { Plotting } from "./chart.js";
import { loadPlotting } from "./plotting.js";
import { axisScale, marksWith, readSvg, textsOf } from "./testing/read-svg.js";

let plotting: Plotting;
beforeAll(async () => {
  plotting = await loadPlotting();
});

const BINS = [
  { meanProbability: 0.2, observed: 0.25, count: 4, interval: { low: 0.1, high: 0.6 } },
  {
    meanProbability: Number.NaN,
    observed: Number.NaN,
    count: 0,
    interval: { low: Number.NaN, high: Number.NaN },
  },
  { meanProbability: 0.9, observed: 0.875, count: 64, interval: { low: 0.75, high: 0.95 } },
];
const DATA = { id: "calibration", title: "Calibration", bins: BINS };

test("puts bins where they belong, with interval and an area that follows the count", () => {
  const svg = readSvg(calibrationChart(plotting, DATA).svg);
  const x = axisScale(svg, "x", "0", "1");
  const y = axisScale(svg, "y", "0", "1");
  const [line, dot] = marksWith(svg, "64 images\nmean probability 0.900\nobserved 0.875 [0.750, 0.950]");
  expect(Number(line!.attributes.get("y1"))).toBeCloseTo(y(0.75), 1);
  expect(Number(line!.attributes.get("y2"))).toBeCloseTo(y(0.95), 1);
  expect(Number(dot!.attributes.get("cx"))).toBeCloseTo(x(0.9), 1);
  expect(Number(dot!.attributes.get("cy"))).toBeCloseTo(y(0.875), 1);
  const small = marksWith(svg, "4 images").at(-1)!;
  expect(Number(dot!.attributes.get("r"))).toBeGreaterThan(3 * Number(small.attributes.get("r")));
});

test("says which bins are empty", () => {
  const chart = calibrationChart(plotting, DATA);
  expect(chart.description).toContain("in 2 bins, 1 more without images");
  expect(chart.table.rows[1]).toEqual(["undefined", "undefined", "undefined", "undefined", 0]);
});

test("writes the figures that are defined", () => {
  const figures = { slope: 1.2344, intercept: Number.NaN, error: 0.0612 };
  const chart = calibrationChart(plotting, { ...DATA, ...figures });
  expect(textsOf(readSvg(chart.svg))).toContain("slope 1.234 · calibration error 0.061");
  expect(chart.description).not.toContain("intercept");
});

test("says that no bin holds an image", () => {
  expect(calibrationChart(plotting, { ...DATA, bins: [BINS[1]!] }).description).toBe(
    "No bin holds an image.",
  );
});
