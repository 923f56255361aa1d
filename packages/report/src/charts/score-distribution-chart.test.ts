import { createRng } from "@covidxr/core";
import { beforeAll, expect, test } from "@jest/globals";
import type { Plotting } from "./chart.js";
import { loadPlotting } from "./plotting.js";
import { scoreDistributionChart } from "./score-distribution-chart.js";
import { axisScale, centre, marksWith, readSvg, textsOf, tooltipsOf } from "./testing/read-svg.js";

let plotting: Plotting;
beforeAll(async () => {
  plotting = await loadPlotting();
});

const IMAGES = [
  { name: "a.png", label: 1, probability: 0.9 },
  { name: "b.png", label: 1, probability: 0.5 },
  { name: "c.png", label: 0, probability: 0.51 },
  { name: "d.png", label: 0, probability: 0.02 },
];
const DATA = {
  id: "scores",
  title: "Scores",
  threshold: 0.5,
  classes: ["normal", "COVID-19"] as const,
  images: IMAGES,
};

test("one mark for each image, with its name; incorrect ones are crosses", () => {
  const svg = readSvg(scoreDistributionChart(plotting, DATA).svg);
  const marks = IMAGES.map(({ name }) => marksWith(svg, name));
  expect(marks.map((found) => found.length)).toEqual([1, 1, 1, 1]);
  expect(tooltipsOf(svg)).toContain("c.png\nprobability 0.510\nnormal, incorrect");
  // A probability equal to the threshold is not above it.
  expect(tooltipsOf(svg)).toContain("b.png\nprobability 0.500\nCOVID-19, incorrect");
  const isCross = (at: number) => marks[at]![0]!.name === "path";
  expect([0, 1, 2, 3].map(isCross)).toEqual([false, true, true, false]);
  expect(textsOf(svg).some((text) => text.startsWith("COVID-19: 2 images, 1 incorrect"))).toBe(true);
});

test("marks are on their side of the threshold, near their probability", () => {
  const svg = readSvg(scoreDistributionChart(plotting, DATA).svg);
  const x = axisScale(svg, "x", "0", "1");
  for (const { name, probability } of IMAGES) {
    const [mark] = marksWith(svg, name);
    const [at] = centre(mark!);
    expect(Math.abs(at - x(probability))).toBeLessThanOrEqual(12);
    expect(at > x(0.5)).toBe(probability > 0.5);
  }
});

test("more than 400 images of a class become dots sized by number", () => {
  const rng = createRng(3, { purpose: "scores" });
  const images = Array.from({ length: 1000 }, (_, i) => ({
    name: `${i}.png`,
    label: i % 2,
    probability: rng.uniform(),
  }));
  const chart = scoreDistributionChart(plotting, { ...DATA, images });
  expect(chart.description).toContain("dots sized by number of images");
  const counts = tooltipsOf(readSvg(chart.svg)).flatMap((text) => /^(\d+) images\b/.exec(text)?.[1] ?? []);
  const single = tooltipsOf(readSvg(chart.svg)).filter((text) => /^\d+\.png\n/.test(text)).length;
  expect(counts.reduce((sum, count) => sum + Number(count), single)).toBe(1000);
  expect(chart.table.rows).toHaveLength(1000);
});

test("says which images have no probability", () => {
  const images = [...IMAGES, { name: "e.png", label: 1, probability: Number.NaN }];
  const chart = scoreDistributionChart(plotting, { ...DATA, images });
  expect(chart.description).toContain("1 image without a defined probability or label left out");
  expect(chart.table.rows[4]).toEqual(["e.png", "COVID-19", "undefined", "undefined"]);
});

test("says that there is nothing", () => {
  const chart = scoreDistributionChart(plotting, { ...DATA, images: [] });
  expect(chart.description).toBe("No image has a predicted probability.");
});
