import type { Summary } from "@covidxr/metrics";
import { formatEstimate, formatMetric } from "@covidxr/metrics";
import { isHoldout, type RunAnalysis } from "@covidxr/report";
import type { CrossValidation } from "@covidxr/training";
import { table } from "../run/format.js";
import type { FoldsBy } from "../run/options/cross-validate-options.js";

/** The figures of a fold, in the order of their columns. */
const COLUMNS = {
  accuracy: "accuracy",
  accuracyAtHalf: "at 0.5",
  sensitivity: "sensitivity",
  specificity: "specificity",
  auc: "AUC",
} as const;

type FigureName = keyof typeof COLUMNS;
const NAMES = Object.keys(COLUMNS) as FigureName[];

/** Each fold's figures, then their mean and standard deviation. */
export function foldTable({ folds, summary }: CrossValidation): string {
  return table([
    ["Seed", "fold", "trained", "tested", ...Object.values(COLUMNS)],
    ...folds.map((record) => [
      record.seed,
      record.fold + 1,
      record.trainingImages,
      record.rows.length,
      ...NAMES.map((name) => formatMetric(record.metrics[name] ?? Number.NaN)),
    ]),
    ["mean", "", "", "", ...NAMES.map((name) => formatMetric(summary[name]!.mean))],
    ["sd", "", "", "", ...NAMES.map((name) => formatMetric(summary[name]!.standardDeviation))],
  ]);
}

/** One line for each way of drawing folds: mean ± standard deviation. */
export function comparison(results: ReadonlyMap<FoldsBy, CrossValidation>): string {
  return table([
    ["Folds by", ...Object.values(COLUMNS)],
    ...[...results].map(([by, { summary }]) => [by, ...NAMES.map((name) => spread(summary[name]!))]),
  ]);
}

/** Figures of all held-out images of the first seed together, each with its 95 % interval. */
export function pooledTable(analysis: RunAnalysis): string {
  if (isHoldout(analysis)) return "";
  const sets = analysis.groupings.map(({ pooled }) => pooled);
  const names = ["accuracy", "sensitivity", "specificity", "auc"] as const;
  return table([
    ["All folds, 95 % intervals", ...sets.map(({ name, images }) => `${name} (${images.length})`)],
    ...names.map((name) => [COLUMNS[name], ...sets.map(({ estimates }) => formatEstimate(estimates[name]))]),
  ]);
}

const spread = ({ mean, standardDeviation }: Summary): string =>
  `${formatMetric(mean)} ± ${formatMetric(standardDeviation)}`;
