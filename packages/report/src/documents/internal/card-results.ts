import { formatEstimate, formatMetric, formatPValue, type MetricEstimates } from "@covidxr/metrics";
import { SHOWN_FOLD_METRICS } from "../../analysis/analyse-folds.js";
import { isHoldout, type RunAnalysis } from "../../analysis/analyse-run.js";
import type { PublishedMetrics } from "../../analysis/compare-matrices.js";
import { FIGURE_NAMES } from "../../content/figure-names.js";
import { SPLIT_NAMES, splitDifferenceText } from "../../content/split-texts.js";
import { countText } from "../../internal/format.js";
import { escapeMarkdown } from "./escape-markdown.js";
import { markdownTable } from "./markdown-table.js";

/** Figures with their intervals, and the published ones beside them, as Markdown. */
export function cardResults(analysis: RunAnalysis): string {
  const { headline, published } = analysis;
  const { images, patients, threshold, confusionMatrix } = headline;
  const [[trueNegatives, falsePositives], [falseNegatives, truePositives]] = confusionMatrix as [
    [number, number],
    [number, number],
  ];
  return [
    `On ${countText(images.length, "image")} of ${countText(patients, "patient")} (“${escapeMarkdown(headline.name)}”), positive above ${threshold}: ${truePositives} true positive, ${falseNegatives} false negative, ${trueNegatives} true negative, ${falsePositives} false positive. Intervals of ${headline.estimates.accuracy.level * 100} %.`,
    markdownTable(
      ["Figure", "This run", "Interval by", ...(published ? ["Published"] : [])],
      (Object.keys(FIGURE_NAMES) as (keyof MetricEstimates)[]).map((name) => {
        const estimate = headline.estimates[name];
        const reason = estimate.undefinedReason;
        return [
          FIGURE_NAMES[name],
          reason === null
            ? formatEstimate(estimate)
            : `${formatEstimate(estimate)} (${escapeMarkdown(reason)})`,
          Number.isNaN(estimate.low) ? "–" : estimate.method,
          ...(published ? [publishedText(published, name)] : []),
        ];
      }),
    ),
    ...comparison(analysis),
    ...bothSplits(analysis),
    ...byPatient(analysis),
    ...overFolds(analysis),
  ].join("\n\n");
}

function publishedText(published: PublishedMetrics, name: keyof MetricEstimates): string {
  if (name !== "accuracy" && name !== "sensitivity" && name !== "specificity") return "–";
  return formatEstimate(published[name]);
}

function comparison({ run, published }: RunAnalysis): string[] {
  if (published === null) {
    return run.record.synthetic ? [] : ["Nothing is published for these images to set the figures beside."];
  }
  const { accuracy, difference, differenceInterval, pValue, others } = published;
  return [
    `Published by ${escapeMarkdown(published.source)}: accuracy ${formatEstimate(accuracy)} (${accuracy.successes} of ${accuracy.trials}, positive above ${published.threshold}). Difference of the accuracies ${formatEstimate({ value: difference, ...differenceInterval })} (Newcombe), Fisher's exact test ${formatPValue(pValue).replace("<", "&lt;")}: ${published.compatible ? "compatible, which does not prove them equal" : "not compatible"}.`,
    ...others.map(
      (other) =>
        `Also published, by ${escapeMarkdown(other.source)}: accuracy ${formatEstimate(other.accuracy)} (${other.accuracy.successes} of ${other.accuracy.trials}).`,
    ),
  ];
}

function bothSplits(analysis: RunAnalysis): string[] {
  if (!isHoldout(analysis) || analysis.bothSplits === null) return [];
  const { own, other } = analysis.bothSplits;
  return [
    "The same study on both splits:",
    markdownTable(
      ["Split", "Images", "Accuracy", "Sensitivity", "Specificity", "AUC"],
      [own, other].map(({ split, images, accuracy, sensitivity, specificity, auc }, i) => [
        `${SPLIT_NAMES[split]} (${i === 0 ? "this run" : escapeMarkdown(other.run)})`,
        `${images}`,
        formatEstimate(accuracy),
        formatEstimate(sensitivity),
        formatEstimate(specificity),
        auc === null ? formatMetric(Number.NaN) : formatEstimate(auc),
      ]),
    ),
    splitDifferenceText(analysis.bothSplits),
  ];
}

function byPatient({ headline }: RunAnalysis): string[] {
  const { byGroup } = headline.estimates.accuracy;
  if (byGroup === null) return [];
  return [
    `Images of one patient are alike: a bootstrap that draws patients puts the accuracy between ${formatMetric(byGroup.low)} and ${formatMetric(byGroup.high)}. The wider of the two intervals is the one to quote.`,
  ];
}

function overFolds(analysis: RunAnalysis): string[] {
  if (isHoldout(analysis)) return [];
  return [
    "Mean and standard deviation over folds; folds share training images, so that the spread is no standard error:",
    markdownTable(
      ["Folds by", "Folds", ...SHOWN_FOLD_METRICS.map((name) => FIGURE_NAMES[name])],
      analysis.groupings.map(({ by, folds, summary }) => [
        escapeMarkdown(by),
        `${folds.length}`,
        ...SHOWN_FOLD_METRICS.map((name) => {
          const { mean, standardDeviation, undefinedCount } = summary[name];
          const text = `${formatMetric(mean)} ± ${formatMetric(standardDeviation)}`;
          return undefinedCount === 0 ? text : `${text} (undefined in ${countText(undefinedCount, "fold")})`;
        }),
      ]),
    ),
  ];
}
