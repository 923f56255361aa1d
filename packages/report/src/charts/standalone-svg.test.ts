import { expect, test } from "@jest/globals";
import { PALETTE } from "./palette.js";
import { loadPlotting } from "./plotting.js";
import { standaloneSvg } from "./standalone-svg.js";
import { allElements, readSvg, textsOf } from "./testing/read-svg.js";
import { SAMPLE_CHARTS } from "./testing/sample-charts.js";

test.each(SAMPLE_CHARTS)("is a file of its own: $kind", async ({ draw }) => {
  const chart = draw(await loadPlotting(), "word", (value) => value);
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

test("replaces colours and no text", async () => {
  const [intervals] = SAMPLE_CHARTS;
  const word = 'fill="var(--ink)"';
  const svg = readSvg(standaloneSvg(intervals!.draw(await loadPlotting(), word, (value) => value)));
  expect(svg.children[0]!.text).toBe(`Figures ${word}`);
  const paints = allElements(svg).flatMap((element) => element.attributes.get("fill") ?? []);
  expect(paints).toContain(PALETTE.accent.light);
  expect(paints).toContain(PALETTE.ink.light);
});
