import { InvalidArgumentError } from "@covidxr/core";
import { beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Plotting } from "./chart.js";
import { standaloneSvg } from "./internal/draw.js";
import { PALETTE } from "./palette.js";
import { loadPlotting } from "./plotting.js";
import { rocChart } from "./roc-chart.js";
import { allElements, readSvg, type SvgElement, textsOf, tooltipsOf } from "./testing/read-svg.js";
import { SAMPLE_CHARTS } from "./testing/sample-charts.js";

const HOSTILE = `<script>alert(1)</script> &"' ]]> --> \u0000\ud800`;
const PAINTS = ["fill", "stroke", "color", "stop-color"];
const GEOMETRY = ["x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "d", "transform", "width", "height"];

let plotting: Plotting;
beforeAll(async () => {
  plotting = await loadPlotting();
});

const as = (value: number) => value;
const allOf = (svg: SvgElement, attributes: readonly string[]) =>
  allElements(svg).flatMap((element) => attributes.flatMap((name) => element.attributes.get(name) ?? []));

test("every chart has the same bytes for the same data, whatever was drawn before", () => {
  const drawAll = (kinds: typeof SAMPLE_CHARTS) =>
    new Map(kinds.map(({ kind, draw }) => [kind, draw(plotting, "word", as)]));
  const first = drawAll(SAMPLE_CHARTS);
  drawAll(SAMPLE_CHARTS.map((kind) => ({ ...kind, draw: (p, _, v) => kind.draw(p, "another", v) })));
  const again = drawAll([...SAMPLE_CHARTS].reverse());
  for (const [kind, chart] of first) expect(again.get(kind)).toEqual(chart);
});

test("plotting is loaded once", () => {
  expect(loadPlotting()).toBe(loadPlotting());
});

describe.each(SAMPLE_CHARTS)("every chart: $kind", ({ draw }) => {
  test("is an image with a name and a description", () => {
    const chart = draw(plotting, "word", as);
    const svg = readSvg(chart.svg);
    const [title, description] = svg.children;
    expect(svg.attributes.get("role")).toBe("img");
    expect(svg.attributes.get("viewBox")).toMatch(/^0 0 380 [\d.]+$/);
    expect([title!.name, title!.text]).toEqual(["title", chart.title]);
    expect([description!.name, description!.text]).toEqual(["desc", chart.description]);
    const ids = [title, description].map((element) => element!.attributes.get("id"));
    expect(svg.attributes.get("aria-labelledby")).toBe(ids.join(" "));
    expect(chart.description).toMatch(/\d.*\.$/s);
  });

  test("says its values as a table of full rows", () => {
    const { table } = draw(plotting, "word", as);
    expect(table.rows.length).toBeGreaterThan(0);
    for (const row of table.rows) {
      expect(row).toHaveLength(table.columns.length);
      for (const cell of row) if (typeof cell === "number") expect(Number.isFinite(cell)).toBe(true);
    }
  });

  test("is painted with the palette alone", () => {
    const paints = allOf(readSvg(draw(plotting, "word", as).svg), PAINTS);
    const allowed = ["none", ...Object.keys(PALETTE).map((name) => `var(--${name})`)];
    expect(paints.filter((paint) => !allowed.includes(paint))).toEqual([]);
    expect(paints.length).toBeGreaterThan(0);
  });

  test("has no style, script, link or event handler", () => {
    const elements = allElements(readSvg(draw(plotting, HOSTILE, as).svg));
    const names = elements.map((element) => element.name);
    for (const name of ["style", "script", "a", "image", "foreignObject", "use"])
      expect(names).not.toContain(name);
    const attributes = elements.flatMap((element) => [...element.attributes.keys()]);
    expect(attributes.filter((name) => /^on|href|^style$|^src$/.test(name))).toEqual([]);
  });

  test("keeps its ids apart from those of other charts", () => {
    const chart = draw(plotting, "word", as);
    const elements = allElements(readSvg(chart.svg));
    const ids = elements.flatMap((element) => element.attributes.get("id") ?? []);
    expect(ids.every((id) => id.startsWith(`${chart.id}-chart-`))).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [reference] of chart.svg.matchAll(/url\(#[^)]*\)/g))
      expect(ids).toContain(reference.slice(5, -1));
  });

  test("has text of 12 pixels or more, and no number with noise", () => {
    const svg = readSvg(draw(plotting, "word", as).svg);
    expect(allOf(svg, ["font-size"]).every((size) => Number(size) >= 12)).toBe(true);
    expect(svg.attributes.get("font-size")).toBe("12");
    for (const text of [...textsOf(svg), ...tooltipsOf(svg)]) expect(text).not.toMatch(/\d\.\d{5}|⚠/);
    for (const value of allOf(svg, GEOMETRY))
      expect(value).not.toMatch(/\d\.\d{3}|NaN|Infinity|undefined|null/);
  });

  test("escapes what comes from outside", () => {
    const chart = draw(plotting, HOSTILE, as);
    const svg = readSvg(chart.svg);
    expect(allElements(svg).map((element) => element.name)).not.toContain("script");
    if (chart.title.includes("<script>")) {
      expect(svg.children[0]!.text).toBe(chart.title.replace("\u0000\ud800", "\ufffd\ufffd"));
    }
    expect(readSvg(standaloneSvg(chart)).children[0]!.text).toBe(svg.children[0]!.text);
  });

  test("draws nothing that is not a number, and says so", () => {
    const chart = draw(plotting, "word", () => Number.NaN);
    const svg = readSvg(chart.svg);
    for (const value of allOf(svg, GEOMETRY)) expect(value).not.toMatch(/NaN|undefined|null/);
    expect(`${chart.description} ${textsOf(svg).join(" ")}`).toMatch(/undefined|no |No /);
    expect(chart.table.rows.flat()).not.toContain(Number.NaN);
  });

  test.each([Infinity, -Infinity, 1e300, -3, 0])("does not fail for %p everywhere", (value) => {
    const svg = readSvg(draw(plotting, "word", () => value).svg);
    for (const drawn of allOf(svg, GEOMETRY)) expect(drawn).not.toMatch(/NaN|undefined|null/);
  });

  test("is well-formed for any label", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (word) => {
        const chart = draw(plotting, word, as);
        readSvg(chart.svg);
        readSvg(standaloneSvg(chart));
      }),
      { numRuns: 8 },
    );
  });
});

test.each(["", "Roc", "1st", "../roc", "a b", 'x"y'])("refuses the id %p", (id) => {
  const attempt = () =>
    rocChart(plotting, {
      id,
      title: "ROC",
      curve: { fpr: [0, 1], tpr: [0, 1], thresholds: [1, 0] },
      auc: { value: 0.5, low: 0, high: 1 },
    });
  expect(attempt).toThrow(InvalidArgumentError);
  expect(attempt).toThrow(expect.objectContaining({ parameter: "id", value: id }));
});

test.each(SAMPLE_CHARTS)("is a file of its own: $kind", ({ draw }) => {
  const chart = draw(plotting, "word", (value) => value);
  const file = standaloneSvg(chart);
  expect(file).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<svg /);
  expect(file.endsWith("</svg>\n")).toBe(true);
  expect(file).not.toContain("var(");
  const svg = readSvg(file);
  expect(svg.attributes.get("xmlns")).toBe("http://www.w3.org/2000/svg");
  expect(svg.children.map((child) => child.name).slice(0, 3)).toEqual(["title", "desc", "rect"]);
  expect(svg.children[2]!.attributes.get("fill")).toBe(PALETTE.surface.light);
  expect(textsOf(svg)).toEqual(textsOf(readSvg(chart.svg)));
});

test("replaces colours and no text", () => {
  const [intervals] = SAMPLE_CHARTS;
  const word = 'fill="var(--ink)"';
  const svg = readSvg(standaloneSvg(intervals!.draw(plotting, word, (value) => value)));
  expect(svg.children[0]!.text).toBe(`Metrics ${word}`);
  const paints = allElements(svg).flatMap((element) => element.attributes.get("fill") ?? []);
  expect(paints).toContain(PALETTE.accent.light);
  expect(paints).toContain(PALETTE.ink.light);
});
