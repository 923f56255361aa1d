// For the packages of this repository only; not part of the public interface. No Node modules.

export type { PrecisionRecallBand, RocBand } from "./bootstrap/bands.js";
export { formatPValue } from "./comparison/p-values.js";
export type { NetBenefitPoint } from "./decisions/net-benefit.js";
export { formatMetric } from "./estimates/estimate.js";
export type { Summary } from "./estimates/summarize.js";
export type { LevelOptions } from "./intervals/interval.js";
export type { CalibrationBin } from "./probabilities/calibration-curve.js";
export type { CalibrationRegression } from "./probabilities/calibration-regression.js";
