import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Plotting } from "./chart.js";
import { epochCurvesChart } from "./epoch-curves-chart.js";
import { loadPlotting } from "./plotting.js";
import { allElements, axisScale, centre, marksWith, readSvg, textsOf } from "./testing/read-svg.js";

let plotting: Plotting;
beforeAll(async () => {
  plotting = await loadPlotting();
});

const HISTORY = [
  { epoch: 1, loss: 0.8, accuracy: 0.5, validationLoss: 0.9, validationAccuracy: 0.4 },
  { epoch: 2, loss: 0.4, accuracy: 0.75, validationLoss: 0.5, validationAccuracy: 0.625 },
  { epoch: 3, loss: 0.2, accuracy: 1, validationLoss: 0.6, validationAccuracy: 0.5 },
];

describe("loss by epoch", () => {
  test("names the lines, dashes one, and marks the kept epoch", () => {
    const svg = readSvg(
      epochCurvesChart(plotting, { metric: "loss", history: HISTORY, weightsOfEpoch: 3 }).svg,
    );
    expect(textsOf(svg)).toEqual(expect.arrayContaining(["training", "validation", "weights of epoch 3"]));
    const dashed = allElements(svg).filter((element) => element.attributes.get("stroke-dasharray") === "6 4");
    expect(dashed.map((element) => element.attributes.get("stroke"))).toEqual(["var(--validation)"]);
  });

  test.each([null, Number.NaN])("leaves out a validation that is %p", (nothing) => {
    const history = HISTORY.map((epoch) => ({ ...epoch, validationLoss: nothing }));
    const chart = epochCurvesChart(plotting, { metric: "loss", history, weightsOfEpoch: 3 });
    expect(textsOf(readSvg(chart.svg))).not.toContain("validation");
    expect(chart.description).toContain("validation loss undefined in every epoch");
    expect(chart.table.rows[0]).toEqual([1, 0.8, "undefined"]);
  });

  test("breaks the line at an undefined loss, and says so", () => {
    const history = HISTORY.map((epoch) => (epoch.epoch === 2 ? { ...epoch, loss: Number.NaN } : epoch));
    const chart = epochCurvesChart(plotting, { metric: "loss", history, weightsOfEpoch: null });
    expect(marksWith(readSvg(chart.svg), "epoch 2\ntraining")).toEqual([]);
    expect(chart.description).toContain("Training loss is undefined in 1 of them.");
    expect(textsOf(readSvg(chart.svg)).join(" ")).not.toContain("weights of epoch");
  });

  test.each([{ history: [] }, { history: [{ ...HISTORY[0]!, loss: Number.NaN, validationLoss: null }] }])(
    "says that no epoch has a loss",
    ({ history }) => {
      const chart = epochCurvesChart(plotting, { metric: "loss", history, weightsOfEpoch: 1 });
      expect(chart.description).toBe("No epoch has a defined loss.");
    },
  );
});

describe("accuracy by epoch", () => {
  test("puts each epoch's accuracies where the axes have them", () => {
    const svg = readSvg(
      epochCurvesChart(plotting, { metric: "accuracy", history: HISTORY, weightsOfEpoch: 2 }).svg,
    );
    const x = axisScale(svg, "x", "1", "3");
    const y = axisScale(svg, "y", "0", "1");
    const [training] = marksWith(svg, "epoch 2\ntraining accuracy 0.75");
    const [left, top] = centre(training!);
    expect(left).toBeCloseTo(x(2), 1);
    expect(top).toBeCloseTo(y(0.75), 1);
    expect(marksWith(svg, "epoch 3\nvalidation accuracy 0.5")).toHaveLength(1);
  });

  test("says the kept epoch's values", () => {
    const { description } = epochCurvesChart(plotting, {
      metric: "accuracy",
      history: HISTORY,
      weightsOfEpoch: 2,
    });
    expect(description).toContain(
      "In epoch 2, whose weights were kept: training accuracy 0.750, validation accuracy 0.625.",
    );
  });
});

test("refuses another metric", () => {
  const metric = "Loss" as "loss";
  const draw = () => epochCurvesChart(plotting, { metric, history: HISTORY, weightsOfEpoch: null });
  expect(draw).toThrow(expect.objectContaining({ name: "InvalidArgumentError", parameter: "metric" }));
});
