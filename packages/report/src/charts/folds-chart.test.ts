import { beforeAll, expect, test } from "@jest/globals";
import { foldsChart } from "./folds-chart.js";
import { loadPlotting, type Plotting } from "./plotting.js";
import { marksWith, readSvg, textsOf } from "./testing/read-svg.js";

let plotting: Plotting;
beforeAll(async () => {
  plotting = await loadPlotting();
});

const FOLDS = ["by image", "by patient"].flatMap((series, s) =>
  [1, 2].flatMap((seed) =>
    [1, 2, 3].map((fold) => {
      const value = 0.95 - s * 0.1 - fold * 0.01;
      return { series, seed, fold, value, low: value - 0.05, high: value + 0.05 };
    }),
  ),
);
const DATA = {
  id: "folds",
  title: "AUC by fold",
  figure: "AUC",
  folds: FOLDS,
  means: [
    { series: "by image", value: 0.93, low: 0.9, high: 0.96 },
    { series: "by patient", value: 0.83 },
  ],
};

test("draws each fold once, with its interval, and each mean", () => {
  const svg = readSvg(foldsChart(plotting, DATA).svg);
  for (const { series, seed, fold } of FOLDS) {
    expect(marksWith(svg, `${series}\nseed ${seed}, fold ${fold}\n`)).toHaveLength(2);
  }
  expect(textsOf(svg)).toEqual(
    expect.arrayContaining([
      "by image",
      "mean 0.930 [0.900, 0.960]",
      "by patient",
      "mean 0.830",
      "seed 1",
      "seed 2",
    ]),
  );
});

test("panels share one scale: equal differences are equally far apart", () => {
  const svg = readSvg(foldsChart(plotting, DATA).svg);
  const height = (series: string) => {
    const y = (fold: number) =>
      Number(marksWith(svg, `${series}\nseed 1, fold ${fold}\n`).at(-1)!.attributes.get("cy"));
    return y(3) - y(1);
  };
  expect(height("by image")).toBeGreaterThan(0);
  expect(height("by image")).toBeCloseTo(height("by patient"), 1);
});

test("an undefined fold is a cross and is counted", () => {
  const folds = FOLDS.map((fold, i) => (i === 1 ? { ...fold, value: Number.NaN, low: Number.NaN } : fold));
  const chart = foldsChart(plotting, { ...DATA, folds });
  const [mark] = marksWith(readSvg(chart.svg), "seed 1, fold 2\nAUC undefined");
  expect(mark!.name).toBe("path");
  expect(chart.description).toContain("over 6 folds from 0.920 to 0.940, 1 undefined");
  expect(chart.table.rows[1]).toEqual(["by image", 1, 2, "undefined", "undefined", 0.98]);
});

test("fifty folds stay within the view box", () => {
  const folds = Array.from({ length: 50 }, (_, i) => ({
    ...FOLDS[0]!,
    seed: Math.floor(i / 5),
    fold: (i % 5) + 1,
  }));
  const svg = readSvg(foldsChart(plotting, { ...DATA, folds }).svg);
  const places = marksWith(svg, "by image\nseed").flatMap((mark) => mark.attributes.get("cx") ?? []);
  expect(new Set(places).size).toBe(50);
  expect(places.every((x) => Number(x) > 50 && Number(x) < 370)).toBe(true);
});

test.each([
  { folds: [], means: [] },
  { folds: [{ ...FOLDS[0]!, value: Number.NaN, low: Number.NaN, high: Number.NaN }], means: [] },
])("says that nothing is defined", (data) => {
  expect(foldsChart(plotting, { ...DATA, ...data }).description).toBe("No fold has a defined AUC.");
});
