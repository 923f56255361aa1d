import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Plotting } from "./chart.js";
import { type ForestChartData, forestChart } from "./forest-chart.js";
import { loadPlotting } from "./plotting.js";
import {
  allElements,
  axisScale,
  centre,
  marksWith,
  readSvg,
  textsOf,
  tooltipsOf,
} from "./testing/read-svg.js";

let plotting: Plotting;
beforeAll(async () => {
  plotting = await loadPlotting();
});

const UNDEFINED = { value: Number.NaN, low: Number.NaN, high: Number.NaN };
const draw = (data: Partial<ForestChartData>) =>
  forestChart(plotting, { id: "forest", title: "Forest", axis: "proportion", groups: [], ...data });
const drawn = (data: Partial<ForestChartData>) => readSvg(draw(data).svg);

const SERIES: ForestChartData["series"] = [
  { name: "this run", paint: "accent", shape: "circle" },
  { name: "published", paint: "published", shape: "diamond" },
];

describe("values", () => {
  const DATA: Partial<ForestChartData> = {
    series: SERIES,
    groups: [
      {
        title: "Accuracy",
        rows: [
          { label: "this run", series: "this run", value: 0.9, low: 0.735, high: 0.979 },
          { label: "published", series: "published", value: 0.94, low: 0.79, high: 0.99 },
        ],
      },
      { title: "AUC", rows: [{ label: "this run", series: "this run", ...UNDEFINED, note: "no positives" }] },
    ],
  };

  test("are written with their intervals, group by group; an undefined one keeps its row", () => {
    const chart = draw(DATA);
    const texts = textsOf(readSvg(chart.svg));
    const order = [
      "Accuracy",
      "0.900 [0.735, 0.979]",
      "0.940 [0.790, 0.990]",
      "AUC",
      "undefined",
      "no positives",
    ].map((text) => texts.lastIndexOf(text));
    expect(order.every((at) => at >= 0)).toBe(true);
    expect(texts.indexOf("Accuracy")).toBeLessThan(texts.indexOf("AUC"));
    expect(chart.description).toBe(
      "proportion: Accuracy, this run 0.900 [0.735, 0.979]; Accuracy, published 0.940 [0.790, 0.990]; AUC, this run undefined.",
    );
    expect(chart.table.columns).toEqual(["Group", "Row", "Series", "Value", "Low", "High", "Note"]);
    expect(chart.table.rows[2]).toEqual([
      ...["AUC", "this run", "this run"],
      ...["undefined", "undefined", "undefined", "no positives"],
    ]);
  });

  test("are where the axis has them, with their bounds", () => {
    const svg = drawn(DATA);
    const x = axisScale(svg, "x", "0", "1");
    const [line, point] = marksWith(svg, "Accuracy, this run: 0.900");
    expect(Number(line!.attributes.get("x1"))).toBeCloseTo(x(0.735), 1);
    expect(Number(line!.attributes.get("x2"))).toBeCloseTo(x(0.979), 1);
    expect(Number(point!.attributes.get("cx"))).toBeCloseTo(x(0.9), 1);
  });

  test("of different series differ in shape; the key names the series", () => {
    const svg = drawn(DATA);
    expect(marksWith(svg, "Accuracy, this run").at(-1)!.name).toBe("circle");
    expect(marksWith(svg, "Accuracy, published").at(-1)!.name).toBe("path");
    const one = drawn({ ...DATA, groups: [DATA.groups![1]!] });
    expect(textsOf(svg).filter((text) => text === "published")).toHaveLength(2);
    expect(textsOf(one)).not.toContain("published");
  });

  test.each([
    { why: "values beyond 0 and 1", row: { value: 1.4, low: -2, high: 7 }, low: "0", high: "4" },
    {
      why: "a domain that is too narrow",
      row: { value: 0.1, low: 0.05, high: 0.2 },
      domain: [0.5, 1] as const,
      low: "0.2",
      high: "0.8",
    },
  ])("widen the axis: $why", ({ row, domain, low, high }) => {
    const svg = drawn({ groups: [{ rows: [{ label: "slope", ...row }] }], ...(domain ? { domain } : {}) });
    const x = axisScale(svg, "x", low, high);
    expect(x(row.low)).toBeGreaterThan(8);
    expect(x(row.high)).toBeLessThan(372);
  });

  test("with a long label are shortened; tooltip and table have all of it", () => {
    const label = "Sensitivity for a finding with a very long name indeed";
    const chart = draw({ groups: [{ rows: [{ label, value: 0.5, low: 0.4, high: 0.6 }] }] });
    const svg = readSvg(chart.svg);
    expect(textsOf(svg).some((text) => text.startsWith("Sensitivity for") && text.includes("…"))).toBe(true);
    expect(tooltipsOf(svg)).toContain(label);
    expect(chart.table.rows[0]).toContain(label);
  });
});

describe("bands and a reference", () => {
  const DATA: Partial<ForestChartData> = {
    series: SERIES,
    reference: { value: 0.5, label: "chance" },
    groups: [
      {
        title: "Probes of the label",
        band: { label: "the model", value: 0.95, low: 0.88, high: 1 },
        rows: [
          { label: "border", series: "this run", value: 0.91, low: 0.82, high: 0.98 },
          { label: "border, published", series: "published", value: 0.86, low: 0.62, high: 1 },
          { label: "format", series: "this run", ...UNDEFINED },
        ],
      },
      {
        title: "Probes of the source",
        rows: [{ label: "all", series: "this run", value: 0.97, low: 0.94, high: 1 }],
      },
    ],
  };

  test("a band is drawn under the defined rows of its group only", () => {
    const chart = draw(DATA);
    const svg = readSvg(chart.svg);
    const x = axisScale(svg, "x", "0", "1");
    const model = marksWith(svg, "the model 0.950 [0.880, 1.000]");
    const bands = model.filter(({ name }) => name === "rect");
    expect(bands).toHaveLength(2);
    for (const { attributes } of bands) {
      expect(Number(attributes.get("x"))).toBeCloseTo(x(0.88), 1);
      expect(Number(attributes.get("width"))).toBeCloseTo(x(1) - x(0.88), 1);
    }
    const values = model.filter(({ name }) => name === "line");
    expect(values.map(({ attributes }) => Number(attributes.get("x1")))).toEqual(
      [0.95, 0.95].map((value) => expect.closeTo(x(value), 1)),
    );
    expect(textsOf(svg)).toContain("shaded: the model 0.950 [0.880, 1.000]");
    expect(chart.description).toContain("Probes of the label, the model 0.950 [0.880, 1.000]; ");
    expect(chart.table.rows[3]).toEqual(["Probes of the label", "the model", "", 0.95, 0.88, 1, ""]);
  });

  test("the reference is drawn under every defined row and listed in the key", () => {
    const svg = drawn(DATA);
    const x = axisScale(svg, "x", "0", "1");
    const lines = allElements(svg).filter(
      ({ name, attributes, children }) =>
        name === "line" &&
        children.length === 0 &&
        Number(attributes.get("y2")) - Number(attributes.get("y1")) === 20 &&
        Math.abs(Number(attributes.get("x1")) - x(0.5)) < 0.1,
    );
    expect(lines).toHaveLength(3);
    expect(textsOf(svg)).toContain("chance (0.5)");
  });

  test("a series that ends the label is not said twice", () => {
    const svg = drawn(DATA);
    const other = marksWith(svg, "Probes of the label, border, published: 0.860 [0.620, 1.000]").at(-1)!;
    const [own] = marksWith(svg, "Probes of the label, border, this run: 0.910").slice(-1);
    expect(centre(other)[1]).toBeGreaterThan(centre(own!)[1]);
  });

  test.each([undefined, { label: "the model", ...UNDEFINED }])("no band is drawn for %p", (band) => {
    const [group] = DATA.groups!;
    const chart = draw({
      ...DATA,
      groups: [{ title: "Probes", rows: group!.rows, ...(band ? { band } : {}) }],
    });
    const svg = readSvg(chart.svg);
    expect(allElements(svg).filter(({ name }) => name === "rect")).toEqual([]);
    expect(`${chart.description} ${textsOf(svg).join(" ")}`).not.toContain("model");
  });
});

describe("single marks", () => {
  const marks = (from: number, count = 3) =>
    Array.from({ length: count }, (_, i) => {
      const value = from - (i + 1) * 0.01;
      return { label: `fold ${i + 1}`, value, low: value - 0.05, high: value + 0.05 };
    });
  const GROUPS: ForestChartData["groups"] = [
    {
      title: "by image",
      band: { label: "mean", value: 0.93 },
      rows: [1, 2].map((seed) => ({ label: `seed ${seed}`, marks: marks(0.95) })),
    },
    { title: "by patient", rows: [{ label: "seed 1", marks: marks(0.85) }] },
  ];

  test("are drawn once each with their intervals, and the mean under them", () => {
    const svg = drawn({ groups: GROUPS });
    for (const seed of [1, 2])
      for (const fold of [1, 2, 3])
        expect(marksWith(svg, `by image, seed ${seed}, fold ${fold}: `)).toHaveLength(2);
    const texts = textsOf(svg);
    expect(texts).toEqual(expect.arrayContaining(["by image", "dashed: mean 0.930", "seed 1", "by patient"]));
    expect(texts).toContain("3 folds, 0.920 to 0.940");
    expect(marksWith(svg, "mean 0.930")).toHaveLength(2);
  });

  test("an undefined one is a cross and is counted", () => {
    const some = marks(0.95).map((mark, i) => (i === 1 ? { ...mark, ...UNDEFINED, high: 0.98 } : mark));
    const chart = draw({ groups: [{ title: "by image", rows: [{ label: "seed 1", marks: some }] }] });
    const [mark] = marksWith(readSvg(chart.svg), "by image, seed 1, fold 2: undefined");
    expect(mark!.name).toBe("path");
    expect(chart.description).toContain(": 3 folds, 0.920 to 0.940, 1 undefined");
    expect(chart.table.rows[1]).toEqual(["by image", "seed 1, fold 2", "undefined", "undefined", 0.98, ""]);
  });

  test("fifty fit below one another within the view box", () => {
    const svg = drawn({ groups: [{ rows: [{ label: "seed 1", marks: marks(0.95, 50) }] }] });
    const places = marksWith(svg, "seed 1, fold").flatMap((mark) => mark.attributes.get("cy") ?? []);
    const height = Number(svg.attributes.get("viewBox")!.split(" ").at(-1));
    expect(new Set(places).size).toBe(50);
    expect(places.every((y) => Number(y) > 20 && Number(y) < height - 46)).toBe(true);
  });
});

test.each([[[]], [[{ title: "empty", rows: [] }]]])("says that there is nothing in %j", (groups) => {
  const chart = draw({ groups });
  expect(chart.description).toBe("There is no value to show.");
  expect(textsOf(readSvg(chart.svg)).join(" ")).toContain("no value");
});
