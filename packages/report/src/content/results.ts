import { plural } from "@covidxr/core/internal";
import { formatEstimate } from "@covidxr/metrics";
import { formatMetric, formatPValue } from "@covidxr/metrics/internal";
import { SHOWN_FOLD_METRICS } from "../analysis/analyse-folds.js";
import type { ImagesAnalysis } from "../analysis/analyse-images.js";
import { isHoldout, type RunAnalysis } from "../analysis/analyse-run.js";
import type { PublishedComparison } from "../analysis/compare-matrices.js";
import {
  type ContentTable,
  formatSummary,
  METRIC_NAMES,
  METRICS,
  percent,
  SHORT_NAMES,
  SPLIT_NAMES,
} from "./words.js";

/** What an accuracy is of, such as `10 of 12 images correct (predict, positive above 0.7)`. */
export function correctText(correct: number, images: number, source: string, threshold: number): string {
  return `${correct} of ${plural(images, "image")} correct (${source}, positive above ${threshold})`;
}

/** The four cells of the confusion matrix of the headline, in words. */
export function matrixText({ headline }: RunAnalysis): string {
  const { images, patients, threshold, confusionMatrix, name, estimates } = headline;
  const [[trueNegatives, falsePositives], [falseNegatives, truePositives]] = confusionMatrix as [
    [number, number],
    [number, number],
  ];
  return (
    `On ${plural(images.length, "image")} of ${plural(patients, "patient")} (“${name}”), positive above ${threshold}: ` +
    `${truePositives} true positive, ${falseNegatives} false negative, ${trueNegatives} true negative, ` +
    `${falsePositives} false positive. Intervals are at ${percent(estimates.accuracy.level)}.`
  );
}

/** The interval that keeps patients together; the empty string where no patient has several images. */
export function byPatientText({ headline }: RunAnalysis): string {
  const { byGroup } = headline.estimates.accuracy;
  return byGroup === null
    ? ""
    : `Images of one patient are alike: a bootstrap that draws patients puts the accuracy between ${formatMetric(byGroup.low)} and ${formatMetric(byGroup.high)}. Quote the wider of the two intervals.`;
}

/** A verdict in two parts, the first of which a page sets in bold. */
export interface Verdict {
  readonly lead: string;
  readonly text: string;
  /** Further published results. */
  readonly others: readonly string[];
}

/** How the run compares with what was published. */
export function publishedVerdict({ run, published, headline }: RunAnalysis): Verdict {
  if (published === null) {
    return {
      lead: run.record.synthetic
        ? "These radiographs are synthetic."
        : "No published result exists for these images.",
      text: run.record.synthetic
        ? "No published result exists for them, and the accuracy says nothing about a disease."
        : "",
      others: [],
    };
  }
  const { compatible, threshold, others } = published;
  const text = [
    `${differenceText(published)}.`,
    compatible
      ? "That does not prove that the two are equal: the images are consistent with every difference in that interval."
      : "Two samples with the same accuracy would rarely differ this much.",
    "Only counts are known of the published run, so the two are treated as independent samples, although most images may be the same; this makes the test lenient.",
    ...(threshold === headline.threshold
      ? []
      : [
          `The thresholds differ (${headline.threshold} here, ${threshold} there), so the two do not follow one rule.`,
        ]),
  ];
  return {
    lead: `${compatible ? "Compatible" : "Not compatible"} with the published accuracy.`,
    text: text.join(" "),
    others: others.map(
      ({ source, accuracy }) =>
        `Also published, in ${source}: ${accuracy.successes} of ${accuracy.trials} correct, accuracy ${formatEstimate(accuracy)}.`,
    ),
  };
}

function differenceText({ difference, differenceInterval, pValue }: PublishedComparison): string {
  return `Difference in accuracy ${formatEstimate({ value: difference, ...differenceInterval })} (Newcombe), Fisher’s exact test ${formatPValue(pValue)}`;
}

/** Every metric of every set of images with its interval. The held-out images come first. */
export function metricsTable(analysis: RunAnalysis): ContentTable {
  const { headline } = analysis;
  const sets: readonly ImagesAnalysis[] = isHoldout(analysis)
    ? [...analysis.splits].reverse().sort((a, b) => Number(b === headline) - Number(a === headline))
    : analysis.groupings.map(({ pooled }) => pooled);
  return {
    label: "Metrics with 95 % intervals",
    columns: ["Metric", ...sets.map(({ name }) => name), "Interval"],
    textColumns: [0, sets.length + 1],
    rows: [
      ["Images", ...sets.map(({ images }) => images.length), ""],
      ["Patients", ...sets.map(({ patients }) => patients), ""],
      ["Positive, negative", ...sets.map(({ positives, negatives }) => `${positives}, ${negatives}`), ""],
      ...METRICS.map((key) => [
        METRIC_NAMES[key],
        ...sets.map((set) => formatEstimate(set.estimates[key])),
        [...new Set(sets.map((set) => set.estimates[key].method))].join(", "),
      ]),
    ],
  };
}

/** The metrics of the headline alone, with the published ones where there are any. */
export function headlineTable({ headline, published }: RunAnalysis): ContentTable {
  return {
    label: `Metrics on ${headline.name}`,
    columns: ["Metric", "This run", "Interval", ...(published ? ["Published"] : [])],
    rows: METRICS.map((name) => {
      const estimate = headline.estimates[name];
      const reason = estimate.undefinedReason === null ? "" : ` (${estimate.undefinedReason})`;
      const theirs =
        name === "accuracy" || name === "sensitivity" || name === "specificity"
          ? published?.[name]
          : undefined;
      return [
        METRIC_NAMES[name],
        `${formatEstimate(estimate)}${reason}`,
        Number.isNaN(estimate.low) ? "–" : estimate.method,
        ...(published ? [theirs ? formatEstimate(theirs) : "–"] : []),
      ];
    }),
  };
}

/** Which metrics of the headline are undefined, and why. */
export function undefinedMetrics({ headline }: RunAnalysis): string[] {
  return METRICS.flatMap((key) => {
    const reason = headline.estimates[key].undefinedReason;
    return reason === null ? [] : [`${METRIC_NAMES[key]} on ${headline.name} is undefined: ${reason}.`];
  });
}

/** Intervals that treat images as independent beside those that draw patients; null where they cannot differ. */
export function byPatientTable({ headline }: RunAnalysis): ContentTable | null {
  const { estimates, name } = headline;
  const rows = METRICS.flatMap((key) => {
    const { value, byGroup } = estimates[key];
    return byGroup === null
      ? []
      : [[METRIC_NAMES[key], formatEstimate(estimates[key]), formatEstimate({ value, ...byGroup })]];
  });
  return rows.length === 0
    ? null
    : {
        label: `Intervals by patient on ${name}`,
        columns: ["Metric", "Images independent", "Patients drawn"],
        rows,
      };
}

/** How the intervals are made. */
export const INTERVALS_NOTE =
  "Intervals are at 95 %. Proportions of images: Clopper–Pearson (exact). Area under the ROC curve: DeLong, or Newcombe " +
  "where DeLong’s variance is zero. Likelihood ratios: Simel. All others: 2,000 bootstrap draws of patients, BCa where it " +
  "is defined. A metric without brackets has no interval: a cell of the confusion matrix is empty, or every draw gave the " +
  "same value, which shows that nothing varied, not that nothing could. Intervals on training images say nothing about " +
  "new images.";

/** The same study on two splits; null where it was run on one. */
export function bothSplitsTable(analysis: RunAnalysis): ContentTable | null {
  if (!isHoldout(analysis) || analysis.bothSplits === null) return null;
  const { own, other } = analysis.bothSplits;
  return {
    label: "The same study on both splits, 95 % intervals",
    columns: ["Split", "Images", "Accuracy", "Sensitivity", "Specificity", "AUC", "TN, FP, FN, TP"],
    rows: [own, other].map(
      ({ split, run, images, accuracy, sensitivity, specificity, auc, confusionMatrix }) => [
        `${SPLIT_NAMES[split]} (${split === own.split ? "this run" : run})`,
        images,
        formatEstimate(accuracy),
        formatEstimate(sensitivity),
        formatEstimate(specificity),
        auc === null ? "undefined" : formatEstimate(auc),
        confusionMatrix.flat().join(", "),
      ],
    ),
  };
}

/** What the accuracies on two splits say about each other, and what they do not; empty where there is one split. */
export function bothSplitsText(analysis: RunAnalysis): string {
  if (!isHoldout(analysis) || analysis.bothSplits === null) return "";
  const { own, other, difference, differenceInterval, excludesZero } = analysis.bothSplits;
  const seeds = own.seed === other.seed ? `seed ${own.seed}` : `seeds ${own.seed} and ${other.seed}`;
  return [
    `Accuracy on the ${SPLIT_NAMES[own.split]} minus accuracy on the ${SPLIT_NAMES[other.split]}: ${formatEstimate({ value: difference, ...differenceInterval })} (Newcombe).`,
    excludesZero
      ? "The interval excludes 0: two samples with the same accuracy would rarely differ this much."
      : "The interval includes 0: these images do not show which accuracy is higher, nor that the two are equal.",
    `Each split holds out different images, and each model was trained once (${seeds}). The interval treats the images as independent samples and covers neither the spread over seeds nor the spread over splits, so it cannot attribute the difference to the split.`,
    ...(own.threshold === other.threshold
      ? []
      : [`The thresholds differ (${own.threshold} here, ${other.threshold} there).`]),
  ].join(" ");
}

/** Mean and standard deviation over folds; null of a run without folds. */
export function foldsTable(analysis: RunAnalysis): ContentTable | null {
  if (isHoldout(analysis)) return null;
  return {
    label: "Mean ± standard deviation over folds",
    columns: ["Folds by", "Folds", ...SHOWN_FOLD_METRICS.map((name) => SHORT_NAMES[name])],
    rows: analysis.groupings.map(({ by, folds, summary }) => [
      by,
      folds.length,
      ...SHOWN_FOLD_METRICS.map((name) => formatSummary(summary[name])),
    ]),
  };
}

export const FOLDS_NOTE =
  "Means ± standard deviations over folds. Folds share most of their training images, so the standard deviation is not a " +
  "standard error and supports no test (Bengio and Grandvalet 2004).";

/** Every fold of each grouping. */
export function foldTables(analysis: RunAnalysis): { readonly by: string; readonly table: ContentTable }[] {
  if (isHoldout(analysis)) return [];
  return analysis.groupings.map(({ by, folds }) => ({
    by,
    table: {
      label: `Folds by ${by}, 95 % intervals`,
      columns: ["Seed, fold", "Images", ...SHOWN_FOLD_METRICS.map((name) => SHORT_NAMES[name])],
      rows: folds.map(({ seed, fold, images, metrics }) => [
        `${seed}, ${fold}`,
        images,
        ...SHOWN_FOLD_METRICS.map((name) => formatEstimate(metrics[name])),
      ]),
    },
  }));
}
