import { importAsInBrowser } from "@covidxr/testing/bundle";
import { expect, test } from "@jest/globals";
import { loadPlotting } from "./charts/plotting.js";
import { rocChart } from "./charts.js";

test("charts are drawn in a browser as in Node", async () => {
  const browser = await importAsInBrowser<typeof import("./charts.js")>("packages/report/src/charts.ts");
  const data = {
    id: "roc",
    title: "ROC",
    curve: { fpr: [0, 0.5, 1], tpr: [0, 0.8, 1], thresholds: [Number.POSITIVE_INFINITY, 0.5, 0] },
    auc: { value: 0.65, low: 0.5, high: 0.8 },
  };
  const plotting = await loadPlotting();
  expect(browser.rocChart(plotting, data).svg).toBe(rocChart(plotting, data).svg);
});
