import {
  type ConfusionMatrix,
  calibrationCurve,
  calibrationRegression,
  clopperPearson,
  confusionMatrix,
  type Estimate,
  estimateMetrics,
  type MetricEstimates,
  netBenefit,
  type PrecisionRecallCurve,
  precisionRecallBand,
  precisionRecallCurve,
  type RocCurve,
  rocBand,
  rocCurve,
} from "@covidxr/metrics";
import type {
  CalibrationBin,
  CalibrationRegression,
  NetBenefitPoint,
  PrecisionRecallBand,
  RocBand,
} from "@covidxr/metrics/internal";
import type { ImageSet, ScoredImage } from "../run/read-run.js";

/** Everything that is said of one set of images. */
export interface ImagesAnalysis extends ImageSet {
  readonly patients: number;
  readonly positives: number;
  readonly negatives: number;
  readonly threshold: number;
  readonly confusionMatrix: ConfusionMatrix;
  readonly estimates: MetricEstimates;
  /** Accuracy at 0.5, as the training history counts it. */
  readonly accuracyAtHalf: Estimate;
  readonly roc: RocCurve;
  readonly precisionRecall: PrecisionRecallCurve;
  /** Null where only one class occurs, as the curves are undefined. */
  readonly bands: { readonly roc: RocBand; readonly precisionRecall: PrecisionRecallBand } | null;
  readonly calibration: readonly CalibrationBin[];
  readonly recalibration: CalibrationRegression;
  readonly decisionCurve: readonly NetBenefitPoint[];
  /** Images on the wrong side of the threshold, the farthest first. */
  readonly errors: readonly ScoredImage[];
}

/** How images are counted and resampled. */
export interface AnalyseImagesOptions {
  /** A probability above it is positive. */
  readonly threshold: number;
  readonly seed: number;
}

/** Bins of the calibration curve: few, since held-out images are few. */
const CALIBRATION_BINS = 5;

/** Threshold probabilities of the decision curve: from 5 to 95 %, where a vote for or against action is thinkable. */
const DECISION_THRESHOLDS = Array.from({ length: 91 }, (_, i) => (i + 5) / 100);

/**
 * Figures with intervals, curves with bands, calibration and errors of a set of images. The bootstrap draws patients.
 *
 * @throws {InvalidArgumentError} on a threshold that is not finite.
 */
export function analyseImages(set: ImageSet, { threshold, seed }: AnalyseImagesOptions): ImagesAnalysis {
  const { images } = set;
  const truth = images.map(({ label }) => label);
  const probabilities = images.map(({ probability }) => probability);
  const groups = images.map(({ patient }) => patient);
  const positives = truth.filter((label) => label === 1).length;
  const negatives = truth.length - positives;
  return {
    ...set,
    patients: new Set(groups).size,
    positives,
    negatives,
    threshold,
    confusionMatrix: confusionMatrix(
      truth,
      images.map(({ predicted }) => predicted),
    ),
    estimates: estimateMetrics(truth, probabilities, { threshold, seed, groups }),
    accuracyAtHalf: accuracyAt(0.5, images),
    roc: rocCurve(truth, probabilities),
    precisionRecall: precisionRecallCurve(truth, probabilities),
    bands:
      positives === 0 || negatives === 0
        ? null
        : {
            roc: rocBand(truth, probabilities, { seed, groups }),
            precisionRecall: precisionRecallBand(truth, probabilities, { seed, groups }),
          },
    calibration: calibrationCurve(truth, probabilities, { bins: CALIBRATION_BINS }),
    recalibration: calibrationRegression(truth, probabilities),
    decisionCurve: netBenefit(truth, probabilities, { thresholds: DECISION_THRESHOLDS }),
    errors: images
      .filter(({ label, predicted }) => label !== predicted)
      .sort((a, b) => Math.abs(b.probability - threshold) - Math.abs(a.probability - threshold)),
  };
}

function accuracyAt(threshold: number, images: readonly ScoredImage[]): Estimate {
  const right = images.filter(({ label, probability }) => (probability > threshold ? 1 : 0) === label).length;
  return {
    value: right / images.length,
    ...clopperPearson(right, images.length),
    method: "Clopper–Pearson",
    byGroup: null,
    undefinedReason: null,
  };
}
