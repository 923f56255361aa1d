import type { FoldFigureName, FoldsAnalysis } from "../analysis/analyse-folds.js";
import { FOLD_FIGURES } from "../analysis/analyse-folds.js";
import type { ImagesAnalysis } from "../analysis/analyse-images.js";
import { isHoldout, type RunAnalysis } from "../analysis/analyse-run.js";
import { accuracyCurvesChart } from "../charts/accuracy-curves-chart.js";
import { calibrationChart } from "../charts/calibration-chart.js";
import type { Chart } from "../charts/chart.js";
import { cohortFlowChart } from "../charts/cohort-flow-chart.js";
import { confusionMatrixChart } from "../charts/confusion-matrix-chart.js";
import { decisionCurveChart } from "../charts/decision-curve-chart.js";
import { foldsChart } from "../charts/folds-chart.js";
import { intervalsChart } from "../charts/intervals-chart.js";
import { lossCurvesChart } from "../charts/loss-curves-chart.js";
import type { Plotting } from "../charts/plotting.js";
import { precisionRecallChart } from "../charts/precision-recall-chart.js";
import { probesChart } from "../charts/probes-chart.js";
import { rocChart } from "../charts/roc-chart.js";
import { scoreDistributionChart } from "../charts/score-distribution-chart.js";

/** The figures of a report, section by section. */
export interface ReportCharts {
  readonly headline: Chart;
  /** Null for a run that did not write its cohort's steps down. */
  readonly flow: Chart | null;
  /** Null where no audit asked probes. */
  readonly probes: Chart | null;
  readonly training: readonly Chart[];
  readonly heldOut: readonly Chart[];
  readonly folds: readonly Chart[];
}

/** Names of the figures of folds in text. */
export const FOLD_FIGURE_NAMES: Readonly<Record<FoldFigureName, string>> = {
  accuracy: "Accuracy",
  sensitivity: "Sensitivity",
  specificity: "Specificity",
  auc: "AUC",
};

/** All charts of a report, in the order of the page. */
export function listCharts({ headline, flow, probes, training, heldOut, folds }: ReportCharts): Chart[] {
  const ofCohort = [flow, probes].filter((chart) => chart !== null);
  return [headline, ...ofCohort, ...training, ...heldOut, ...folds];
}

/** Draws every figure of a report. */
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
      : FOLD_FIGURES.map((name) => chartOfFolds(plotting, analysis.groupings, name)),
  };
}

function headlineChart(plotting: Plotting, { headline, published }: RunAnalysis): Chart {
  const { estimates } = headline;
  const names = ["accuracy", "sensitivity", "specificity"] as const;
  const rows = names.flatMap((name) => {
    const { value, low, high } = estimates[name];
    if (!published) return [{ label: FOLD_FIGURE_NAMES[name], value, low, high }];
    const group = FOLD_FIGURE_NAMES[name];
    const theirs = published[name];
    return [
      { label: "this run", group, value, low, high },
      { label: "published", group, published: true, value: theirs.value, low: theirs.low, high: theirs.high },
    ];
  });
  return intervalsChart(plotting, {
    id: "headline-figures",
    title: published ? "This run beside the published one" : `Figures on ${headline.name}`,
    axis: "Share of images, with 95 % intervals",
    domain: [0, 1],
    rows,
  });
}

function chartOfProbes(
  plotting: Plotting,
  probes: NonNullable<RunAnalysis["run"]["audit"]>["probes"],
): Chart | null {
  if (probes === null || probes.results.length === 0) return null;
  return probesChart(plotting, {
    id: "probes",
    title: probes.model === null ? "Probes" : "Probes beside the model",
    probes: probes.results,
    model: probes.model,
  });
}

function trainingCharts(
  plotting: Plotting,
  { history, record }: Extract<RunAnalysis["run"], { kind: "holdout" }>,
): Chart[] {
  const weightsOfEpoch = record.training?.weightsOfEpoch ?? history.at(-1)!.epoch;
  return [
    lossCurvesChart(plotting, { history, weightsOfEpoch }),
    accuracyCurvesChart(plotting, { history, weightsOfEpoch }),
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

function chartOfFolds(plotting: Plotting, groupings: readonly FoldsAnalysis[], name: FoldFigureName): Chart {
  return foldsChart(plotting, {
    id: `folds-${name}`,
    title: `${FOLD_FIGURE_NAMES[name]} of each fold`,
    figure: FOLD_FIGURE_NAMES[name],
    folds: groupings.flatMap(({ by, folds }) =>
      folds.map(({ seed, fold, figures }) => ({ series: `by ${by}`, seed, fold, ...figures[name] })),
    ),
    means: groupings.map(({ by, summary }) => ({ series: `by ${by}`, value: summary[name].mean })),
  });
}
