import { plural } from "@covidxr/core/internal";
import type { MetricEstimates } from "@covidxr/metrics";
import { formatMetric, type Summary } from "@covidxr/metrics/internal";
import type { ShownFoldMetric } from "../analysis/analyse-folds.js";
import type { SplitRule } from "../run/result-records.js";

/** A table of a report as plain data: pages and Markdown draw it alike. Its first column names the row. */
export interface ContentTable {
  /** What the table shows. */
  readonly label: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** Positions of columns that hold text rather than numbers; the first one by default. */
  readonly textColumns?: readonly number[];
}

/**
 * Mean ± standard deviation over the folds in which a metric is defined, and in how many it is not: a fold without an image of
 * a class has no AUC. Everything that states a mean over folds says it so.
 */
export function formatSummary({ mean, standardDeviation, undefinedCount }: Summary): string {
  const text = `${formatMetric(mean)} ± ${formatMetric(standardDeviation)}`;
  return undefinedCount === 0 ? text : `${text} (undefined in ${plural(undefinedCount, "fold")})`;
}

/** Names of the metrics in text, in the order in which tables show them. */
export const METRIC_NAMES: Readonly<Record<keyof MetricEstimates, string>> = {
  accuracy: "Accuracy",
  sensitivity: "Sensitivity (recall)",
  specificity: "Specificity",
  positivePredictiveValue: "Positive predictive value (precision)",
  negativePredictiveValue: "Negative predictive value",
  positiveLikelihoodRatio: "Positive likelihood ratio",
  negativeLikelihoodRatio: "Negative likelihood ratio",
  balancedAccuracy: "Balanced accuracy",
  f1Score: "F1 score",
  matthewsCorrelation: "Matthews correlation coefficient",
  cohenKappa: "Cohen’s kappa",
  auc: "Area under the ROC curve",
  averagePrecision: "Average precision",
  brierScore: "Brier score",
  logLoss: "Log loss",
  expectedCalibrationError: "Expected calibration error",
};

/** Keys of {@link METRIC_NAMES}, in its order. */
export const METRICS = Object.keys(METRIC_NAMES) as (keyof MetricEstimates)[];

/** Short names, for charts and tables with little room. */
export const SHORT_NAMES: Readonly<Record<ShownFoldMetric, string>> = {
  accuracy: "Accuracy",
  sensitivity: "Sensitivity",
  specificity: "Specificity",
  auc: "AUC",
};

/** Names of the splits in text. */
export const SPLIT_NAMES: Readonly<Record<SplitRule, string>> = {
  study: "study’s split",
  patient: "split by patient",
};

/** What every document says first. */
export const NOT_A_DEVICE = "For research. Not a diagnostic device.";

/** Words of a list, such as `"a, b and c"`. */
export function joinWords(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** Bytes as `1.4 GiB`, `12 MiB` or `0.3 MiB`. */
export function memoryText(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  if (mebibytes >= 1024) return `${(mebibytes / 1024).toFixed(1)} GiB`;
  return `${mebibytes.toFixed(mebibytes < 10 ? 1 : 0)} MiB`;
}

/** A setting as text: a list with commas, a record as its fields one after the other. */
export function settingText(value: unknown): string {
  if (value === undefined || value === null) return "none";
  if (Array.isArray(value)) return value.map(settingText).join(", ");
  if (typeof value === "object") {
    return Object.entries(value)
      .map(([name, own]) => `${name} ${settingText(own)}`)
      .join(", ");
  }
  return String(value);
}

/** A p-value in a table. */
export function pValueText(value: number): string {
  return value < 0.001 ? "< 0.001" : formatMetric(value);
}

/** Whole percent, such as `95 %`. */
export function percent(proportion: number): string {
  return `${(100 * proportion).toFixed(0)} %`;
}
