// Charts without files and Node modules, so that they run in a browser: with its own document, or linkedom's.
export {
  type CalibrationBin,
  type CalibrationChartData,
  calibrationChart,
} from "./charts/calibration-chart.js";
export type { Chart, ChartTable, Plotting } from "./charts/chart.js";
export { type CohortFlowChartData, cohortFlowChart } from "./charts/cohort-flow-chart.js";
export { type ConfusionMatrixChartData, confusionMatrixChart } from "./charts/confusion-matrix-chart.js";
export { type DecisionCurveChartData, decisionCurveChart } from "./charts/decision-curve-chart.js";
export { accuracyCurvesChart, type EpochCurvesData, lossCurvesChart } from "./charts/epoch-curves-chart.js";
export { type ForestChartData, forestChart } from "./charts/forest-chart.js";
export { standaloneSvg } from "./charts/internal/draw.js";
export { PALETTE } from "./charts/palette.js";
export { type PrecisionRecallChartData, precisionRecallChart } from "./charts/precision-recall-chart.js";
export { type RocChartData, rocChart } from "./charts/roc-chart.js";
export {
  type ScoreDistributionChartData,
  scoreDistributionChart,
} from "./charts/score-distribution-chart.js";
