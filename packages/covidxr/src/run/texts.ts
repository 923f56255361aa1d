import { plural, showControls } from "@covidxr/core/internal";
import { formatEstimate } from "@covidxr/metrics";
import { formatMetric, formatPValue } from "@covidxr/metrics/internal";
import {
  type AuditRecord,
  type FoldsAnalysis,
  type FoldsRunAnalysis,
  formatSummary,
  type RunComparison,
} from "@covidxr/report/internal";

/** Rows of cells as lines, columns aligned: the first to the left, the others to the right. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const texts = rows.map((row) => row.map((cell) => showControls(String(cell))));
  const widths = texts[0]!.map((_, column) => Math.max(...texts.map((row) => row[column]!.length)));
  return texts
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/**
 * An audit of records and files: findings, worst first, and how much each attribute says of the label.
 *
 * @param items Cases shown under each finding; the others are counted.
 */
export function auditText({ findings, attributes, rows, images }: AuditRecord, items: number): string {
  const count = (severity: AuditRecord["findings"][number]["severity"]): string =>
    plural(findings.filter((finding) => finding.severity === severity).length, severity);
  return [
    `Audit of ${rows} rows and ${images} images: ${count("leak")}, ${count("shortcut")}, ${count("issue")}`,
    ...findings.flatMap((finding) => findingLines(finding, items)),
    "",
    table([
      ["What predicts the label", "known", "share of its entropy", "by chance", "p, corrected"],
      ...attributes.map(({ attribute, known, share, shareByChance, adjustedPValue }) => [
        `  ${attribute}`,
        known,
        share.toFixed(2),
        shareByChance.toFixed(2),
        formatPValue(adjustedPValue),
      ]),
    ]),
  ].join("\n");
}

function findingLines(
  { severity, summary, items }: AuditRecord["findings"][number],
  limit: number,
): string[] {
  const shown = items.slice(0, limit);
  const left = items.length - shown.length;
  return [
    `  ${severity.padEnd(8)}  ${showControls(summary)}`,
    ...shown.map((item) => `              ${showControls(item)}`),
    ...(left > 0 && limit > 0 ? [`              and ${left} more`] : []),
  ];
}

/** Shortcut probes beside the model's own area under the ROC curve. */
export function probeText({ results, model }: NonNullable<AuditRecord["probes"]>): string {
  return [
    table([
      ["Probes, area under the ROC curve", "all images, by patient", "held-out images"],
      ...results.map(({ title, target, outOfFold, heldOut }) => [
        `  ${target === "label" ? `label from ${title}` : title}`,
        formatEstimate(outOfFold),
        heldOut === null ? "" : formatEstimate(heldOut),
      ]),
      ...(model === null ? [] : [["  the model itself", "", formatEstimate(model)]]),
    ]),
    ...results.map(({ words }) => words),
  ].join("\n");
}

/** The metrics of a fold, in the order of their columns. */
const COLUMNS = {
  accuracy: "accuracy",
  accuracyAtHalf: "at 0.5",
  sensitivity: "sensitivity",
  specificity: "specificity",
  auc: "AUC",
} as const;
const NAMES = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];

/** Each fold's metrics, then their mean and standard deviation. */
export function foldText({ folds, summary }: FoldsAnalysis): string {
  return table([
    ["Seed", "fold", "trained", "tested", ...Object.values(COLUMNS)],
    ...folds.map(({ seed, fold, training, images, metrics }) => [
      seed,
      fold,
      training?.trainingImages ?? "",
      images,
      ...NAMES.map((name) => formatMetric(metrics[name].value)),
    ]),
    ["mean", "", "", "", ...NAMES.map((name) => formatMetric(summary[name].mean))],
    ["sd", "", "", "", ...NAMES.map((name) => formatMetric(summary[name].standardDeviation))],
    // Folds that are left out of mean and standard deviation.
    ...(NAMES.some((name) => summary[name].undefinedCount > 0)
      ? [["undefined", "", "", "", ...NAMES.map((name) => summary[name].undefinedCount)]]
      : []),
  ]);
}

/** All ways of drawing folds: mean ± standard deviation, then the metrics of all held-out images together. */
export function foldsText({ groupings, run }: FoldsRunAnalysis): string {
  const names = ["accuracy", "sensitivity", "specificity", "auc"] as const;
  const sets = groupings.map(({ pooled }) => pooled);
  return [
    `Mean and standard deviation over folds, positive above ${run.threshold}`,
    table([
      ["Folds by", ...Object.values(COLUMNS)],
      ...groupings.map(({ by, summary }) => [by, ...NAMES.map((name) => formatSummary(summary[name]))]),
    ]),
    "",
    table([
      ["All folds, 95 % intervals", ...sets.map(({ name, images }) => `${name} (${images.length})`)],
      ...names.map((name) => [
        COLUMNS[name],
        ...sets.map(({ estimates }) => formatEstimate(estimates[name])),
      ]),
    ]),
  ].join("\n");
}

/** A comparison of two runs: what was compared, each metric with its difference, and what that means. */
export function comparisonText(a: string, b: string, comparison: RunComparison): string {
  const { sets, thresholds, images, patients, onlyInA, onlyInB, discordant, metrics, integrity } = comparison;
  return [
    `A: ${a} (${sets[0]}, positive above ${thresholds[0]})`,
    `B: ${b} (${sets[1]}, positive above ${thresholds[1]})`,
    ...integrity.flatMap((text, i) => (text === null ? [] : [`${"AB"[i]}: ${text}`])),
    `Images that both held out: ${images}, of ${patients} patients or files (only in A: ${onlyInA}, only in B: ${onlyInB})`,
    `Correct in A alone: ${discordant.onlyA}; correct in B alone: ${discordant.onlyB}`,
    "",
    table([
      ["", "A", "B", "A − B, 95 % interval", "test", ""],
      ...metrics.map(({ name, a: ownA, b: ownB, difference, interval, test }) => [
        name,
        formatMetric(ownA),
        formatMetric(ownB),
        formatEstimate({ value: difference, ...interval }),
        test?.name ?? "",
        test ? formatPValue(test.pValue) : "",
      ]),
    ]),
    "",
    "A large p-value does not show that the runs are equal: the interval says which differences remain possible.",
    "For research. This is not a diagnostic device.",
  ].join("\n");
}
