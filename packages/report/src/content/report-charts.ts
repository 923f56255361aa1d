import { groupBy } from "@covidxr/core/internal";
import { type FoldsAnalysis, SHOWN_FOLD_METRICS, type ShownFoldMetric } from "../analysis/analyse-folds.js";
import type { ImagesAnalysis } from "../analysis/analyse-images.js";
import { isHoldout, type RunAnalysis } from "../analysis/analyse-run.js";
import { calibrationChart } from "../charts/calibration-chart.js";
import type { Chart, Plotting } from "../charts/chart.js";
import { cohortFlowChart } from "../charts/cohort-flow-chart.js";
import { confusionMatrixChart } from "../charts/confusion-matrix-chart.js";
import { decisionCurveChart } from "../charts/decision-curve-chart.js";
import { epochCurvesChart } from "../charts/epoch-curves-chart.js";
import { type ForestSeries, forestChart } from "../charts/forest-chart.js";
import { precisionRecallChart } from "../charts/precision-recall-chart.js";
import { rocChart } from "../charts/roc-chart.js";
import { scoreDistributionChart } from "../charts/score-distribution-chart.js";
import { SHORT_NAMES } from "./words.js";

type ProbesAudit = NonNullable<NonNullable<RunAnalysis["run"]["audit"]>["probes"]>;

/** The charts of a report, section by section. */
export interface ReportCharts {
  readonly headline: Chart;
  /** Null for a run that did not record the steps of its cohort. */
  readonly flow: Chart | null;
  /** Null where no audit ran probes. */
  readonly probes: Chart | null;
  readonly training: readonly Chart[];
  readonly heldOut: readonly Chart[];
  readonly folds: readonly Chart[];
}

/** All charts of a report, in the order of the page. */
export function listCharts({ headline, flow, probes, training, heldOut, folds }: ReportCharts): Chart[] {
  const ofCohort = [flow, probes].filter((chart) => chart !== null);
  return [headline, ...ofCohort, ...training, ...heldOut, ...folds];
}

/** Draws every chart of a report. */
export function drawCharts(plotting: Plotting, analysis: RunAnalysis): ReportCharts {
  const { run } = analysis;
  return {
    headline: headlineChart(plotting, analysis),
    flow:
      run.flow === null ? null : cohortFlowChart(plotting, { steps: run.flow, classes: run.record.classes }),
    probes: chartOfProbes(plotting, run.audit?.probes ?? null),
    training: isHoldout(analysis) ? trainingCharts(plotting, analysis.run) : [],
    heldOut: heldOutCharts(plotting, analysis.headline, run.record.classes),
    folds: isHoldout(analysis)
      ? []
      : SHOWN_FOLD_METRICS.map((name) => chartOfFolds(plotting, analysis.groupings, name)),
  };
}

const HEADLINE_SERIES: readonly ForestSeries[] = [
  { name: "this run", paint: "accent", shape: "circle" },
  { name: "published", paint: "published", shape: "diamond" },
];

function headlineChart(plotting: Plotting, { headline, published }: RunAnalysis): Chart {
  const names = ["accuracy", "sensitivity", "specificity"] as const;
  const own = (name: (typeof names)[number]) => {
    const { value, low, high } = headline.estimates[name];
    return { value, low, high, series: "this run" };
  };
  return forestChart(plotting, {
    id: "headline-metrics",
    title: published ? "This run and the published one" : `Metrics on ${headline.name}`,
    axis: "Proportion of images, 95 % intervals",
    series: HEADLINE_SERIES,
    groups: published
      ? names.map((name) => ({
          title: SHORT_NAMES[name],
          rows: [
            { label: "this run", ...own(name) },
            { label: "published", series: "published", ...published[name] },
          ],
        }))
      : [{ rows: names.map((name) => ({ label: SHORT_NAMES[name], ...own(name) })) }],
  });
}

const PROBE_SERIES: readonly ForestSeries[] = [
  { name: "out of fold", paint: "accent", shape: "circle" },
  { name: "held out", paint: "validation", shape: "diamond" },
];

function chartOfProbes(plotting: Plotting, probes: ProbesAudit | null): Chart | null {
  if (probes === null || probes.results.length === 0) return null;
  const { results, model } = probes;
  return forestChart(plotting, {
    id: "probes",
    title: model === null ? "Probes" : "Probes and the model",
    axis: "Area under the ROC curve, 95 % intervals",
    series: PROBE_SERIES,
    reference: { value: 0.5, label: "chance" },
    groups: (["label", "source"] as const).map((target) => ({
      title: `Probes of the ${target}`,
      // Only probes of the label compare with the model.
      ...(model !== null && target === "label" && { band: { label: "the model", ...model } }),
      rows: results
        .filter((probe) => probe.target === target)
        .flatMap(({ title, outOfFold, heldOut }) => [
          { label: title, series: "out of fold", ...outOfFold },
          ...(heldOut === null ? [] : [{ label: `${title}, held out`, series: "held out", ...heldOut }]),
        ]),
    })),
  });
}

function trainingCharts(
  plotting: Plotting,
  { history, record }: Extract<RunAnalysis["run"], { kind: "holdout" }>,
): Chart[] {
  const weightsOfEpoch = record.training?.weightsOfEpoch ?? history.at(-1)!.epoch;
  return [
    epochCurvesChart(plotting, { metric: "loss", history, weightsOfEpoch }),
    epochCurvesChart(plotting, { metric: "accuracy", history, weightsOfEpoch }),
  ];
}

function heldOutCharts(
  plotting: Plotting,
  analysis: ImagesAnalysis,
  classes: readonly [string, string],
): Chart[] {
  const { name, threshold, estimates, roc, precisionRecall, bands, images } = analysis;
  const { auc, averagePrecision, sensitivity, specificity, positivePredictiveValue } = estimates;
  const point = Number.isNaN(sensitivity.value) ? undefined : sensitivity.value;
  return [
    confusionMatrixChart(plotting, {
      id: "confusion-matrix",
      title: `Confusion matrix on ${name}`,
      matrix: analysis.confusionMatrix,
      classes,
      threshold,
    }),
    scoreDistributionChart(plotting, {
      id: "score-distribution",
      title: `Probabilities on ${name}`,
      threshold,
      classes,
      images: images.map(({ filename, label, probability }) => ({ name: filename, label, probability })),
    }),
    rocChart(plotting, {
      id: "roc",
      title: `ROC curve on ${name}`,
      curve: roc,
      auc,
      ...(bands && { band: bands.roc }),
      ...(point !== undefined &&
        !Number.isNaN(specificity.value) && { point: { fpr: 1 - specificity.value, tpr: point, threshold } }),
    }),
    precisionRecallChart(plotting, {
      id: "precision-recall",
      title: `Precision and recall on ${name}`,
      curve: precisionRecall,
      averagePrecision,
      prevalence: analysis.positives / images.length,
      ...(bands && { band: bands.precisionRecall }),
      ...(point !== undefined &&
        !Number.isNaN(positivePredictiveValue.value) && {
          point: { recall: point, precision: positivePredictiveValue.value, threshold },
        }),
    }),
    calibrationChart(plotting, {
      id: "calibration",
      title: `Calibration on ${name}`,
      bins: analysis.calibration,
      slope: analysis.recalibration.slope,
      intercept: analysis.recalibration.intercept,
      error: estimates.expectedCalibrationError.value,
    }),
    decisionCurveChart(plotting, {
      id: "decision-curve",
      title: `Net benefit on ${name}`,
      points: analysis.decisionCurve,
      threshold,
    }),
  ];
}

function chartOfFolds(plotting: Plotting, groupings: readonly FoldsAnalysis[], name: ShownFoldMetric): Chart {
  return forestChart(plotting, {
    id: `folds-${name}`,
    title: `${SHORT_NAMES[name]} of each fold`,
    axis: `${SHORT_NAMES[name]}, 95 % intervals`,
    groups: groupings.map(({ by, folds, summary }) => ({
      title: `by ${by}`,
      band: {
        label: summary[name].undefinedCount === 0 ? "mean of all folds" : "mean of the folds that have one",
        value: summary[name].mean,
      },
      rows: [...groupBy(folds, ({ seed }) => seed)].map(([seed, own]) => ({
        label: `seed ${seed}`,
        marks: own.map(({ fold, metrics }) => ({ label: `fold ${fold}`, ...metrics[name] })),
      })),
    })),
  });
}
