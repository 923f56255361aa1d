import { beforeAll, expect, test } from "@jest/globals";
import type { Plotting } from "./chart.js";
import { decisionCurveChart } from "./decision-curve-chart.js";
import { loadPlotting } from "./plotting.js";
import { allElements, axisScale, marksWith, readSvg, textsOf } from "./testing/read-svg.js";

let plotting: Plotting;
beforeAll(async () => {
  plotting = await loadPlotting();
});

const POINTS = [0.1, 0.25, 0.5, 0.75, 0.9].map((threshold) => ({
  threshold,
  model: 0.4 - 0.2 * threshold,
  treatAll: 0.5 - (0.5 * threshold) / (1 - threshold),
}));
const DATA = { id: "decision", title: "Decision curve", points: POINTS, threshold: 0.5 };

test("draws three strategies that differ in their dashes, and names them", () => {
  const svg = readSvg(decisionCurveChart(plotting, DATA).svg);
  expect(textsOf(svg)).toEqual(
    expect.arrayContaining(["model", "treat all", "treat none", "threshold 0.5", "net benefit"]),
  );
  const dashes = allElements(svg).flatMap((element) => element.attributes.get("stroke-dasharray") ?? []);
  expect(new Set(dashes)).toEqual(new Set(["6 4", "2 3", "1 3"]));
});

test("puts a net benefit where the axes have it", () => {
  const svg = readSvg(decisionCurveChart(plotting, DATA).svg);
  const [target] = marksWith(svg, "threshold 0.25\nmodel: net benefit 0.350");
  expect(Number(target!.attributes.get("cx"))).toBeCloseTo(axisScale(svg, "x", "0", "1")(0.25), 1);
  expect(Number(target!.attributes.get("cy"))).toBeCloseTo(axisScale(svg, "y", "0", "0.4")(0.35), 1);
});

test("cuts off what lies far below zero", () => {
  const svg = readSvg(decisionCurveChart(plotting, DATA).svg);
  expect(marksWith(svg, "threshold 0.9\ntreat all")).toEqual([]);
  const clipped = allElements(svg).filter((element) => element.attributes.has("clip-path"));
  expect(clipped.map((element) => element.attributes.get("clip-path"))).toEqual([
    "url(#decision-chart-clipPath-1)",
    "url(#decision-chart-clipPath-1)",
  ]);
});

test("says where the model is better than both others", () => {
  const { description } = decisionCurveChart(plotting, DATA);
  // At 0.1 treating all gains 0.444, the model 0.38.
  expect(description).toContain("above both others at 4 of 5 thresholds, between 0.25 and 0.9.");
  expect(description).toContain("At threshold 0.5: model 0.300, treating all 0.000.");
});

test("says that it is undefined", () => {
  const points = [{ threshold: 0.5, model: Number.NaN, treatAll: 0.1 }];
  const chart = decisionCurveChart(plotting, { ...DATA, points });
  expect(chart.description).toBe("The net benefit is undefined at every threshold.");
});
