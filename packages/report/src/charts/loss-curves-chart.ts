import type { Chart } from "./chart.js";
import { type EpochCurvesData, epochCurvesChart } from "./internal/epoch-curves.js";
import type { Plotting } from "./plotting.js";

/**
 * Mean loss of each epoch on the training images (solid) and on those that training watches (dashed). A value that is
 * null or not finite leaves a gap.
 */
export function lossCurvesChart(plotting: Plotting, data: EpochCurvesData): Chart {
  return epochCurvesChart(plotting, data, {
    id: "loss",
    title: "Loss by epoch",
    quantity: "loss",
    train: (epoch) => epoch.loss,
    validation: (epoch) => epoch.validationLoss,
    isShare: false,
  });
}
