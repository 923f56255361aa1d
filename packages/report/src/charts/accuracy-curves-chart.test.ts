import { beforeAll, describe, expect, test } from "@jest/globals";
import { accuracyCurvesChart } from "./accuracy-curves-chart.js";
import { loadPlotting, type Plotting } from "./plotting.js";
import { axisScale, centre, marksWith, readSvg } from "./testing/read-svg.js";

let plotting: Plotting;
beforeAll(async () => {
  plotting = await loadPlotting();
});

const HISTORY = [
  { epoch: 1, loss: 0.8, accuracy: 0.5, validationLoss: 0.9, validationAccuracy: 0.4 },
  { epoch: 2, loss: 0.4, accuracy: 0.75, validationLoss: 0.5, validationAccuracy: 0.625 },
  { epoch: 3, loss: 0.2, accuracy: 1, validationLoss: 0.6, validationAccuracy: 0.5 },
];

describe("accuracyCurvesChart", () => {
  test("puts each epoch's accuracies where the axes have them", () => {
    const svg = readSvg(accuracyCurvesChart(plotting, { history: HISTORY, weightsOfEpoch: 2 }).svg);
    const x = axisScale(svg, "x", "1", "3");
    const y = axisScale(svg, "y", "0", "1");
    const [training] = marksWith(svg, "epoch 2\ntraining accuracy 0.75");
    const [left, top] = centre(training!);
    expect(left).toBeCloseTo(x(2), 1);
    expect(top).toBeCloseTo(y(0.75), 1);
    expect(marksWith(svg, "epoch 3\nvalidation accuracy 0.5")).toHaveLength(1);
  });

  test("says the kept epoch's values", () => {
    const { description } = accuracyCurvesChart(plotting, { history: HISTORY, weightsOfEpoch: 2 });
    expect(description).toContain(
      "In epoch 2, whose weights were kept: training accuracy 0.750, validation accuracy 0.625.",
    );
  });
});
