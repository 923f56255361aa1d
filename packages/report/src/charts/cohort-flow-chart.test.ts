import { beforeAll, expect, test } from "@jest/globals";
import type { Plotting } from "./chart.js";
import { cohortFlowChart, type FlowStep } from "./cohort-flow-chart.js";
import { loadPlotting } from "./plotting.js";
import { marksWith, readSvg, type SvgElement, textsOf, tooltipsOf } from "./testing/read-svg.js";

let plotting: Plotting;
beforeAll(async () => {
  plotting = await loadPlotting();
});

const LONG = `of another view than postero-anterior, ${"such as AP supine, ".repeat(8)}which took no part`;
const STEPS: FlowStep[] = [
  { name: "records", kept: 400, positive: null, negative: null, added: [], excluded: [] },
  {
    name: "radiographs",
    kept: 200,
    positive: 150,
    negative: 50,
    added: [],
    excluded: [{ count: 200, reason: LONG }],
  },
  {
    name: "used",
    kept: 4,
    positive: 3,
    negative: 1,
    added: [{ count: 2, reason: "normals" }],
    excluded: [{ count: 198, reason: "missing" }],
  },
];

const width = (element: SvgElement | undefined) => Number(element!.attributes.get("width"));

test("bars are as long as their rows are many, class by class", () => {
  const svg = readSvg(cohortFlowChart(plotting, { steps: STEPS, classes: ["normal", "COVID-19"] }).svg);
  const [all] = marksWith(svg, "records\nclass not known: 400");
  const [positive] = marksWith(svg, "radiographs\nCOVID-19: 150 of 200");
  const [negative] = marksWith(svg, "radiographs\nnormal: 50 of 200");
  // Each bar is one pixel shorter, for the gap.
  const unit = (width(all) + 1) / 400;
  expect(width(positive)).toBeCloseTo(150 * unit - 1, 1);
  expect(width(negative)).toBeCloseTo(50 * unit - 1, 1);
  const end = Number(positive!.attributes.get("x")) + width(positive) + 1;
  expect(Number(negative!.attributes.get("x"))).toBeCloseTo(end, 1);
});

test("numbers are in the bars, or beside small ones", () => {
  const texts = textsOf(readSvg(cohortFlowChart(plotting, { steps: STEPS }).svg));
  expect(texts).toEqual(
    expect.arrayContaining(["400 rows", "150", "50", "3 + 1", "+2 normals", "−198 missing"]),
  );
  expect(texts).toEqual(expect.arrayContaining(["positive", "negative", "class not known"]));
});

test("a long reason takes two lines, and is whole in tooltip and table", () => {
  const chart = cohortFlowChart(plotting, { steps: STEPS });
  const svg = readSvg(chart.svg);
  const lines = textsOf(svg).filter((text) => text.startsWith("−200") || text.includes("…"));
  expect(lines).toHaveLength(2);
  expect(tooltipsOf(svg)).toContain(`−200 ${LONG}`);
  expect(chart.table.rows[1]).toEqual(["radiographs", 200, 150, 50, "", `200 ${LONG}`]);
});

test("the description has each step's numbers", () => {
  const { description } = cohortFlowChart(plotting, { steps: STEPS });
  expect(description).toContain("records: 400 rows; radiographs: 200 rows (150 positive, 50 negative)");
});

test.each([{ steps: [] }, { steps: [{ ...STEPS[0]!, kept: 0 }] }])("says that there is no row", (data) => {
  expect(cohortFlowChart(plotting, data).description).toBe("There is no row in any step.");
});
