import { beforeAll, expect, test } from "@jest/globals";
import { intervalsChart } from "./intervals-chart.js";
import { loadPlotting, type Plotting } from "./plotting.js";
import { allElements, axisScale, marksWith, readSvg, textsOf, tooltipsOf } from "./testing/read-svg.js";

let plotting: Plotting;
beforeAll(async () => {
  plotting = await loadPlotting();
});

const ROWS = [
  { label: "Accuracy", group: "predict", value: 0.9, low: 0.735, high: 0.979 },
  { label: "Accuracy", group: "published", value: 0.94, low: 0.79, high: 0.99, published: true },
  {
    label: "AUC",
    group: "predict",
    value: Number.NaN,
    low: Number.NaN,
    high: Number.NaN,
    note: "no positives",
  },
];
const DATA = { id: "intervals", title: "Figures", axis: "share", rows: ROWS };

test("writes each value and its interval, rows of a group together", () => {
  const texts = textsOf(readSvg(intervalsChart(plotting, DATA).svg));
  expect(texts).toContain("0.900 [0.735, 0.979]");
  expect(texts).toContain("0.940 [0.790, 0.990]");
  const order = ["predict", "AUC", "undefined", "no positives", "published"].map((text) =>
    texts.lastIndexOf(text),
  );
  expect(order.every((place) => place >= 0)).toBe(true);
  const chart = intervalsChart(plotting, DATA);
  expect(chart.description.indexOf("predict, AUC undefined")).toBeLessThan(
    chart.description.indexOf("published, Accuracy 0.940 [0.790, 0.990]"),
  );
});

test("draws the interval where the axis has its bounds", () => {
  const svg = readSvg(intervalsChart(plotting, DATA).svg);
  const x = axisScale(svg, "x", "0", "1");
  const [line, point] = marksWith(svg, "predict, Accuracy: 0.900");
  expect(Number(line!.attributes.get("x1"))).toBeCloseTo(x(0.735), 1);
  expect(Number(line!.attributes.get("x2"))).toBeCloseTo(x(0.979), 1);
  expect(Number(point!.attributes.get("cx"))).toBeCloseTo(x(0.9), 1);
});

test("gives published values another shape, and names both", () => {
  const svg = readSvg(intervalsChart(plotting, DATA).svg);
  const shape = (beginning: string) => marksWith(svg, beginning).at(-1)!.name;
  expect(shape("predict, Accuracy")).toBe("circle");
  expect(shape("published, Accuracy")).toBe("path");
  expect(textsOf(svg)).toEqual(expect.arrayContaining(["this run", "published"]));
});

test.each([
  {
    why: "values beyond 0 and 1",
    rows: [{ label: "slope", value: 1.4, low: -2, high: 7 }],
    low: "0",
    high: "4",
  },
  {
    why: "a wish that is too narrow",
    rows: [{ label: "a", value: 0.1, low: 0.05, high: 0.2 }],
    domain: [0.5, 1] as const,
    low: "0.2",
    high: "0.8",
  },
])("the axis holds $why", ({ rows, domain, low, high }) => {
  const svg = readSvg(intervalsChart(plotting, { ...DATA, rows, ...(domain ? { domain } : {}) }).svg);
  const x = axisScale(svg, "x", low, high);
  expect(x(rows[0]!.low)).toBeGreaterThan(8);
  expect(x(rows[0]!.high)).toBeLessThan(372);
});

test("shortens a long label and keeps it whole in tooltip and table", () => {
  const label = "Sensitivity for a finding with a very long name indeed";
  const chart = intervalsChart(plotting, { ...DATA, rows: [{ label, value: 0.5, low: 0.4, high: 0.6 }] });
  const svg = readSvg(chart.svg);
  expect(textsOf(svg).some((text) => text.startsWith("Sensitivity for") && text.includes("…"))).toBe(true);
  expect(tooltipsOf(svg)).toContain(label);
  expect(chart.table.rows[0]).toContain(label);
});

test("draws a reference line with its name", () => {
  const svg = readSvg(
    intervalsChart(plotting, { ...DATA, reference: { value: 0.5, label: "majority" } }).svg,
  );
  const x = axisScale(svg, "x", "0", "1");
  expect(textsOf(svg).some((text) => text.startsWith("majority 0.500"))).toBe(true);
  const lines = allElements(svg).filter((element) => element.name === "line");
  expect(lines.some((line) => Math.abs(Number(line.attributes.get("x1")) - x(0.5)) < 0.02)).toBe(true);
});

test("says that there is nothing", () => {
  const chart = intervalsChart(plotting, { ...DATA, rows: [] });
  expect(chart.description).toBe("There is no value to show.");
  expect(textsOf(readSvg(chart.svg)).join(" ")).toContain("no value");
});
