import { beforeAll, expect, test } from "@jest/globals";
import { loadPlotting, type Plotting } from "./plotting.js";
import { type ProbesChartData, probesChart } from "./probes-chart.js";
import { allElements, axisScale, centre, marksWith, readSvg, textsOf } from "./testing/read-svg.js";

let plotting: Plotting;
beforeAll(async () => {
  plotting = await loadPlotting();
});

const UNDEFINED = { value: Number.NaN, low: Number.NaN, high: Number.NaN };
const DATA: ProbesChartData = {
  id: "probes",
  title: "Probes",
  probes: [
    {
      title: "source, whole picture",
      target: "source",
      outOfFold: { value: 0.97, low: 0.94, high: 0.99 },
      heldOut: null,
    },
    {
      title: "border alone",
      target: "label",
      outOfFold: { value: 0.91, low: 0.82, high: 0.98 },
      heldOut: { value: 0.86, low: 0.62, high: 1 },
    },
    { title: "size and format", target: "label", outOfFold: UNDEFINED, heldOut: UNDEFINED },
  ],
  model: { value: 0.95, low: 0.88, high: 1 },
};

test("draws areas and intervals where the axis has them, in two shapes", () => {
  const svg = readSvg(probesChart(plotting, DATA).svg);
  const x = axisScale(svg, "x", "0", "1");
  const [line, point] = marksWith(svg, "border alone, out of fold: 0.910 [0.820, 0.980]");
  expect(Number(line!.attributes.get("x1"))).toBeCloseTo(x(0.82), 1);
  expect(Number(line!.attributes.get("x2"))).toBeCloseTo(x(0.98), 1);
  expect(point!.name).toBe("circle");
  expect(centre(point!)[0]).toBeCloseTo(x(0.91), 1);
  const heldOut = marksWith(svg, "border alone, held out: 0.860 [0.620, 1.000]").at(-1)!;
  expect(heldOut.name).toBe("path");
  expect(centre(heldOut)[0]).toBeCloseTo(x(0.86), 1);
  expect(centre(heldOut)[1]).toBeGreaterThan(centre(point!)[1]);
});

test("stands the model's interval behind the probes of the label, and chance behind all", () => {
  const svg = readSvg(probesChart(plotting, DATA).svg);
  const x = axisScale(svg, "x", "0", "1");
  const model = marksWith(svg, "the model: 0.950 [0.880, 1.000]");
  const bands = model.filter(({ name }) => name === "rect");
  // One behind each interval of the label: the undefined ones and the source have none.
  expect(bands).toHaveLength(2);
  for (const { attributes } of bands) {
    expect(Number(attributes.get("x"))).toBeCloseTo(x(0.88), 1);
    expect(Number(attributes.get("width"))).toBeCloseTo(x(1) - x(0.88), 1);
  }
  const values = model.filter(({ name }) => name === "line");
  expect(values.map(({ attributes }) => Number(attributes.get("x1")))).toEqual(
    [0.95, 0.95].map((value) => expect.closeTo(x(value), 1)),
  );
  const chance = allElements(svg).filter(
    ({ name, attributes, children }) =>
      name === "line" &&
      children.length === 0 &&
      Number(attributes.get("y2")) - Number(attributes.get("y1")) === 20 &&
      Math.abs(Number(attributes.get("x1")) - x(0.5)) < 0.1,
  );
  expect(chance).toHaveLength(3);
});

test("writes every value, the label's probes first, an undefined one by its word", () => {
  const chart = probesChart(plotting, DATA);
  const texts = textsOf(readSvg(chart.svg));
  const inOrder = (...expected: string[]) =>
    expect(texts.filter((text) => expected.includes(text))).toEqual(expected);
  inOrder("Probes of the label", "Probes of the source");
  inOrder("border alone", "size and format", "source, whole picture");
  expect(texts).toEqual(
    expect.arrayContaining(["0.910 [0.820, 0.980]", "0.860 [0.620, 1.000]", "undefined"]),
  );
  expect(texts).toContain("shaded: the model’s 0.950 [0.880, 1.000]");
  expect(chart.description).toContain("border alone 0.910 [0.820, 0.980], held out 0.860 [0.620, 1.000]");
  expect(chart.description).toContain("The model has 0.950 [0.880, 1.000].");
  expect(chart.table.rows[0]).toEqual(["source, whole picture", "source", 0.97, 0.94, 0.99, "", "", ""]);
  expect(chart.table.rows.at(-1)).toEqual(["the model", "label", "", "", "", 0.95, 0.88, 1]);
});

test.each([
  { why: "no model", model: null },
  { why: "a model whose area is undefined", model: UNDEFINED },
])("draws no band for $why", ({ model }) => {
  const chart = probesChart(plotting, { ...DATA, model });
  expect(allElements(readSvg(chart.svg)).filter(({ name }) => name === "rect")).toEqual([]);
  expect(`${chart.description} ${textsOf(readSvg(chart.svg)).join(" ")}`).not.toContain("model");
});

test("names held-out images only where there are some", () => {
  const [source] = DATA.probes;
  const texts = textsOf(readSvg(probesChart(plotting, { ...DATA, probes: [source!], model: null }).svg));
  expect(texts).toContain("out of fold");
  expect(texts).not.toContain("held out");
});

test("says that there is nothing", () => {
  expect(probesChart(plotting, { ...DATA, probes: [] }).description).toBe("There is no probe.");
});
