import { calibrationChart } from "../calibration-chart.js";
import type { Chart, Plotting } from "../chart.js";
import { cohortFlowChart } from "../cohort-flow-chart.js";
import { confusionMatrixChart } from "../confusion-matrix-chart.js";
import { decisionCurveChart } from "../decision-curve-chart.js";
import { epochCurvesChart } from "../epoch-curves-chart.js";
import { forestChart } from "../forest-chart.js";
import { precisionRecallChart } from "../precision-recall-chart.js";
import { rocChart } from "../roc-chart.js";
import { scoreDistributionChart } from "../score-distribution-chart.js";

/** A chart of every kind; `word` is in each label that comes from outside, `v` makes each number. */
export interface SampleChart {
  readonly kind: string;
  draw(plotting: Plotting, word: string, v: (value: number) => number): Chart;
}

const HISTORY = [0.7, 0.4, 0.2].map((loss, i) => ({
  epoch: i + 1,
  loss,
  accuracy: 1 - loss / 2,
  validationLoss: loss + 0.1,
  validationAccuracy: 0.9 - loss / 2,
}));

function history(v: (value: number) => number) {
  return HISTORY.map((epoch) => ({
    epoch: epoch.epoch,
    loss: v(epoch.loss),
    accuracy: v(epoch.accuracy),
    validationLoss: v(epoch.validationLoss),
    validationAccuracy: v(epoch.validationAccuracy),
  }));
}

export const SAMPLE_CHARTS: readonly SampleChart[] = [
  {
    kind: "forest of values",
    draw: (plotting, word, v) =>
      forestChart(plotting, {
        id: "intervals",
        title: `Metrics ${word}`,
        axis: `proportion ${word}`,
        series: [
          { name: "this run", paint: "accent", shape: "circle" },
          { name: word, paint: "published", shape: "diamond" },
        ],
        groups: [
          {
            title: `predict ${word}`,
            rows: [
              { label: `Accuracy ${word}`, series: "this run", value: v(0.9), low: v(0.735), high: v(0.979) },
            ],
          },
          {
            rows: [
              { label: "AUC", value: v(0.8), low: v(0.7), high: v(0.9), note: word },
              { label: "Sensitivity", series: word, value: v(0.95), low: v(0.9), high: v(1) },
            ],
            band: { label: `the model ${word}`, value: v(0.95), low: v(0.88), high: v(1) },
          },
        ],
        reference: { value: v(0.5), label: word },
      }),
  },
  {
    kind: "forest of marks",
    draw: (plotting, word, v) =>
      forestChart(plotting, {
        id: "folds",
        title: `Folds ${word}`,
        axis: `AUC ${word}`,
        groups: [
          {
            title: `by image ${word}`,
            band: { label: `mean ${word}`, value: v(0.8) },
            rows: [
              {
                label: `seed ${word}`,
                marks: [1, 2, 3].map((fold) => ({
                  label: `${word} ${fold}`,
                  value: v(0.7 + fold / 20),
                  low: v(0.7),
                  high: v(0.9),
                })),
              },
            ],
          },
        ],
      }),
  },
  {
    kind: "cohort flow",
    draw: (plotting, word, v) =>
      cohortFlowChart(plotting, {
        classes: [`not ${word}`, word],
        steps: [
          { name: `records ${word}`, kept: v(950), positive: null, negative: null, added: [], excluded: [] },
          {
            name: "radiographs",
            kept: v(304),
            positive: v(152),
            negative: v(152),
            added: [{ count: v(109), reason: word }],
            excluded: [
              { count: v(755), reason: `${word} of another view, none of which is postero-anterior` },
            ],
          },
        ],
      }),
  },
  {
    kind: "loss curves",
    draw: (plotting, _, v) =>
      epochCurvesChart(plotting, { metric: "loss", history: history(v), weightsOfEpoch: 2 }),
  },
  {
    kind: "accuracy curves",
    draw: (plotting, _, v) =>
      epochCurvesChart(plotting, { metric: "accuracy", history: history(v), weightsOfEpoch: 2 }),
  },
  {
    kind: "confusion matrix",
    draw: (plotting, word, v) =>
      confusionMatrixChart(plotting, {
        id: "confusion",
        title: `Confusion ${word}`,
        matrix: [
          [v(13), v(2)],
          [v(1), v(14)],
        ],
        classes: [word, `not ${word}`],
        threshold: v(0.5),
      }),
  },
  {
    kind: "ROC",
    draw: (plotting, word, v) =>
      rocChart(plotting, {
        id: "roc",
        title: `ROC ${word}`,
        curve: { fpr: [0, 0.1, 1].map(v), tpr: [0, 0.8, 1].map(v), thresholds: [Infinity, 0.6, 0.1].map(v) },
        auc: { value: v(0.85), low: v(0.75), high: v(0.95) },
        band: { fpr: [0, 0.5, 1], low: [0, 0.7, 0.9].map(v), high: [0.5, 1, 1].map(v), level: 0.95 },
        point: { fpr: v(0.1), tpr: v(0.8), threshold: v(0.5) },
      }),
  },
  {
    kind: "precision and recall",
    draw: (plotting, word, v) =>
      precisionRecallChart(plotting, {
        id: "precision-recall",
        title: `Precision ${word}`,
        curve: { recall: [0.4, 0.8, 1].map(v), precision: [1, 0.9, 0.5].map(v) },
        averagePrecision: { value: v(0.86), low: v(0.7), high: v(0.95) },
        band: { recall: [0, 0.5, 1], low: [0.6, 0.7, 0.4].map(v), high: [1, 1, 0.9].map(v), level: 0.95 },
        prevalence: v(0.5),
        point: { recall: v(0.8), precision: v(0.9), threshold: v(0.5) },
      }),
  },
  {
    kind: "calibration",
    draw: (plotting, word, v) =>
      calibrationChart(plotting, {
        id: "calibration",
        title: `Calibration ${word}`,
        bins: [
          { meanProbability: v(0.1), observed: v(0.2), count: 5, interval: { low: v(0.05), high: v(0.5) } },
          { meanProbability: v(0.9), observed: v(0.8), count: 20, interval: { low: v(0.6), high: v(0.9) } },
        ],
        slope: v(1.1),
        intercept: v(-0.1),
        error: v(0.1),
      }),
  },
  {
    kind: "score distribution",
    draw: (plotting, word, v) =>
      scoreDistributionChart(plotting, {
        id: "scores",
        title: `Scores ${word}`,
        threshold: v(0.5),
        classes: [word, `${word}!`],
        images: [
          { name: `${word}.png`, label: 1, probability: v(0.9) },
          { name: `two ${word}.png`, label: 1, probability: v(0.2) },
          { name: "three.png", label: 0, probability: v(0.1) },
        ],
      }),
  },
  {
    kind: "decision curve",
    draw: (plotting, word, v) =>
      decisionCurveChart(plotting, {
        id: "decision",
        title: `Decision ${word}`,
        points: [0.1, 0.5, 0.9].map((threshold) => ({
          threshold,
          model: v(0.4),
          treatAll: v(0.5 - (0.5 * threshold) / (1 - threshold)),
        })),
        threshold: v(0.5),
      }),
  },
];
