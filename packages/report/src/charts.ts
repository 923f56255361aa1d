// Charts without files and Node modules, so that they run in a browser: with its own document, or linkedom's.
export { calibrationChart } from "./charts/calibration-chart.js";
export type { Chart } from "./charts/chart.js";
export { cohortFlowChart } from "./charts/cohort-flow-chart.js";
export { confusionMatrixChart } from "./charts/confusion-matrix-chart.js";
export { decisionCurveChart } from "./charts/decision-curve-chart.js";
export { epochCurvesChart } from "./charts/epoch-curves-chart.js";
export { forestChart } from "./charts/forest-chart.js";
export { standaloneSvg } from "./charts/internal/draw.js";
export { PALETTE } from "./charts/palette.js";
export { precisionRecallChart } from "./charts/precision-recall-chart.js";
export { rocChart } from "./charts/roc-chart.js";
export { scoreDistributionChart } from "./charts/score-distribution-chart.js";
