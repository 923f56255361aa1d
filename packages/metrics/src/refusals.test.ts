import { options, testRefusals } from "@covidxr/testing/refusals";
import * as metrics from "./index.js";
import { formatMetric, formatPValue } from "./internal.js";

const TRUTH = [0, 0, 1, 1, 0, 1];
const GROUPS = ["a", "b", "c", "d", "e", "f"];
const SCORES = [0.1, 0.4, 0.35, 0.8, 0.7, 0.9];
const CLASSES = [0, 0, 0, 1, 1, 1];
const ROWS = SCORES.map((score) => [1 - score, score]);
const MATRIX = [
  [2, 1],
  [1, 2],
];
const LEVEL = options({ level: 0.9 });
const ONE_CLASS = options({ classIndex: 1, whenUndefined: 0 });
const PREDICTIVE = options({ classIndex: 1, whenUndefined: 0, prevalence: 0.3 });
const BAND = options({ seed: 0, resamples: 20, points: 5, level: 0.9, groups: GROUPS });

const { chooseThreshold, plattScaling, temperatureScaling } = metrics;
const criterion = { by: "youden" } as const;
const results = {
  chosen: (scores: number[]) => chooseThreshold(TRUTH, SCORES, criterion).apply(scores),
  platt: (scores: number[]) => plattScaling(TRUTH, SCORES).apply(scores),
  tempered: (scores: number[]) => temperatureScaling(TRUTH, SCORES).apply(scores),
  temperedRows: (scores: number[][]) => temperatureScaling(TRUTH, ROWS).apply(scores),
};

testRefusals(
  { ...metrics, formatMetric, formatPValue, ...results },
  {
    chosen: [[0.5]],
    platt: [[0.5]],
    tempered: [[0.5]],
    temperedRows: [[[0.5, 0.5]]],
    accuracy: [MATRIX, options({ whenUndefined: 0 })],
    applyThreshold: [SCORES, 0.5],
    auc: [TRUTH, SCORES, options({ average: "one-vs-one" })],
    averagePrecision: [TRUTH, SCORES],
    balancedAccuracy: [MATRIX, options({ whenUndefined: 0, absentClasses: "omit" })],
    bootstrap: [
      TRUTH,
      SCORES,
      options({
        metric: metrics.auc,
        seed: 0,
        resamples: 20,
        method: "bca",
        level: 0.9,
        groups: GROUPS,
        strata: [0, 0, 0, 1, 1, 1],
      }),
    ],
    brierScore: [TRUTH, SCORES],
    calibrationCurve: [TRUTH, SCORES, options({ bins: 2, strategy: "quantile", level: 0.9 })],
    calibrationRegression: [TRUTH, SCORES, LEVEL],
    chooseThreshold: [TRUTH, SCORES, options({ by: "sensitivity", atLeast: 0.5 })],
    classificationReport: [
      TRUTH,
      CLASSES,
      options({ classIndices: [0, 1], classes: ["no", "yes"], digits: 2, whenUndefined: 0 }),
    ],
    clopperPearson: [3, 7, LEVEL],
    cohenKappa: [MATRIX, options({ weights: "linear", whenUndefined: 0 })],
    confusionMatrix: [TRUTH, CLASSES, options({ classCount: 2 })],
    delong: [TRUTH, SCORES, LEVEL],
    delongTest: [TRUTH, SCORES, CLASSES, LEVEL],
    differenceOfProportions: [{ successes: 1, trials: 2 }, { successes: 1, trials: 3 }, LEVEL],
    estimateClassMetrics: [
      TRUTH,
      ROWS,
      options({ classes: ["no", "yes"], seed: 0, resamples: 20, level: 0.9, groups: GROUPS }),
    ],
    estimateMetrics: [
      TRUTH,
      SCORES,
      options({ threshold: 0.5, seed: 0, resamples: 20, level: 0.9, groups: GROUPS }),
    ],
    expectedCalibrationError: [TRUTH, ROWS, options({ bins: 2, strategy: "uniform" })],
    f1Score: [MATRIX, ONE_CLASS],
    fBeta: [MATRIX, options({ beta: 2, classIndex: 1, whenUndefined: 0 })],
    fisherExactTest: [MATRIX],
    formatEstimate: [{ value: 0.5, low: 0.4, high: 0.6 }],
    formatMetric: [0.5],
    formatPValue: [0.05],
    holm: [[0.05, 0.2]],
    logLoss: [TRUTH, SCORES, options({ epsilon: 1e-15 })],
    matthewsCorrelation: [MATRIX, options({ whenUndefined: 0 })],
    mcnemarTest: [TRUTH, CLASSES, TRUTH],
    mostLikelyClasses: [ROWS],
    multiClassAuc: [TRUTH, ROWS, options({ average: "one-vs-rest" })],
    mutualInformation: [TRUTH, CLASSES],
    negativeLikelihoodRatio: [MATRIX, ONE_CLASS],
    negativePredictiveValue: [MATRIX, PREDICTIVE],
    netBenefit: [TRUTH, SCORES, options({ thresholds: [0.2, 0.5] })],
    newcombeAucInterval: [0.8, 10, 12, LEVEL],
    permutationTest: [TRUTH, CLASSES, options({ seed: 0, resamples: 20, purpose: "test", groups: GROUPS })],
    plattScaling: [TRUTH, SCORES],
    positiveLikelihoodRatio: [MATRIX, ONE_CLASS],
    positivePredictiveValue: [MATRIX, PREDICTIVE],
    precision: [MATRIX, ONE_CLASS],
    precisionRecallBand: [TRUTH, SCORES, BAND],
    precisionRecallCurve: [TRUTH, SCORES],
    recall: [MATRIX, ONE_CLASS],
    rocBand: [TRUTH, SCORES, BAND],
    rocCurve: [TRUTH, SCORES],
    sensitivity: [MATRIX, ONE_CLASS],
    specificity: [MATRIX, ONE_CLASS],
    summarize: [[0.1, 0.2]],
    temperatureScaling: [TRUTH, SCORES, options({ from: "probabilities" })],
    wilson: [3, 7, LEVEL],
  },
);
