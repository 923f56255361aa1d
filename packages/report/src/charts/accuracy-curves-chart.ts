import type { Chart } from "./chart.js";
import { type EpochCurvesData, epochCurvesChart } from "./internal/epoch-curves.js";
import type { Plotting } from "./plotting.js";

/**
 * Accuracy of each epoch on the training images (solid) and on those that training watches (dashed). A value that is
 * null or not finite leaves a gap.
 */
export function accuracyCurvesChart(plotting: Plotting, data: EpochCurvesData): Chart {
  return epochCurvesChart(plotting, data, {
    id: "accuracy",
    title: "Accuracy by epoch",
    quantity: "accuracy",
    train: (epoch) => epoch.accuracy,
    validation: (epoch) => epoch.validationAccuracy,
    isShare: true,
  });
}
