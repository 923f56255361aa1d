import { beforeAll, expect, test } from "@jest/globals";
import type { Plotting } from "./chart.js";
import { confusionMatrixChart } from "./confusion-matrix-chart.js";
import { loadPlotting } from "./plotting.js";
import { inherited, marksWith, readSvg, textsOf } from "./testing/read-svg.js";

let plotting: Plotting;
beforeAll(async () => {
  plotting = await loadPlotting();
});

const BINARY = {
  id: "confusion",
  title: "Confusion matrix",
  matrix: [
    [13, 2],
    [1, 14],
  ],
  classes: ["normal", "COVID-19"],
  threshold: 0.5,
};

test("rows are the truth, shares are of the row", () => {
  const chart = confusionMatrixChart(plotting, BINARY);
  expect(chart.table.rows).toEqual([
    ["normal", "normal", 13, 0.8667],
    ["normal", "COVID-19", 2, 0.1333],
    ["COVID-19", "normal", 1, 0.0667],
    ["COVID-19", "COVID-19", 14, 0.9333],
  ]);
  const svg = readSvg(chart.svg);
  const place = (beginning: string) => {
    const [cell] = marksWith(svg, beginning);
    return ["x", "y"].map((name) => Number(cell!.attributes.get(name)));
  };
  const [xRight, yTop] = place("normal, predicted as COVID-19\n2 images, 0.133 of the class");
  const [xLeft, yBottom] = place("COVID-19, predicted as normal\n1 images, 0.067 of the class");
  expect(xRight).toBeGreaterThan(xLeft!);
  expect(yTop).toBeLessThan(yBottom!);
  expect(textsOf(svg)).toEqual(expect.arrayContaining(["13", "0.867", "outlined: correct · threshold 0.5"]));
});

test("shades by share and outlines what is correct", () => {
  const svg = readSvg(confusionMatrixChart(plotting, BINARY).svg);
  const [correct, incorrect] = ["COVID-19, predicted as COVID-19", "COVID-19, predicted as normal"].map(
    (beginning) => {
      const [cell] = marksWith(svg, beginning);
      return ["fill-opacity", "stroke"].map((name) => inherited(svg, cell!, name));
    },
  );
  expect(Number(correct![0])).toBeGreaterThan(2 * Number(incorrect![0]));
  expect([correct![1], incorrect![1]]).toEqual(["var(--ink)", "var(--grid)"]);
});

test.each([1, 3, 7, 20])("draws each cell of %p classes within the view box", (classes) => {
  const matrix = Array.from({ length: classes }, (_, t) => Array.from({ length: classes }, (_, p) => t + p));
  const names = matrix.map((_, i) => `a class with a long name ${i}`);
  const chart = confusionMatrixChart(plotting, { ...BINARY, matrix, classes: names });
  const svg = readSvg(chart.svg);
  const cells = marksWith(svg, "a class").filter((mark) => mark.name === "rect");
  expect(cells).toHaveLength(classes ** 2);
  for (const { attributes } of cells) {
    expect(Number(attributes.get("x")) + Number(attributes.get("width"))).toBeLessThanOrEqual(380);
    expect(Number(attributes.get("width"))).toBeGreaterThan(0);
  }
});

test("says whose shares are undefined", () => {
  const chart = confusionMatrixChart(plotting, {
    ...BINARY,
    matrix: [
      [3, 1],
      [0, 0],
    ],
  });
  expect(chart.description).toContain("Shares are undefined for COVID-19: no image is of that class.");
  expect(chart.table.rows[2]).toEqual(["COVID-19", "normal", 0, "undefined"]);
});

test("says that there is no class", () => {
  const chart = confusionMatrixChart(plotting, { ...BINARY, matrix: [], classes: [] });
  expect(chart.description).toBe("There is no class to show.");
});
