import { InvalidArgumentError } from "@covidxr/core";
import { checkArray, checkOptions } from "@covidxr/core/internal";
import {
  BINARY,
  checkBinary,
  checkBothClasses,
  checkLabels,
  checkProbabilities,
  checkSameLength,
  checkScores,
  isRows,
  type Probabilities,
} from "../checks.js";
import { type FunctionValue, solveIncreasing } from "../math/numeric.js";
import { clipProbability, expit, fitLogistic, logit } from "./logistic.js";

/** Map from scores to probabilities. */
export interface PlattScaling {
  /** Change of the log-odds with the score. */
  readonly slope: number;
  /** Log-odds at score 0. */
  readonly intercept: number;
  /** Probabilities of class 1, 1 / (1 + exp(-(slope · score + intercept))), of finite scores. */
  apply(scores: ArrayLike<number>): Float64Array;
}

/**
 * Probabilities from scores by a logistic curve (Platt 1999), fitted to the smoothed targets (N₁ + 1) / (N₁ + 2) and
 * 1 / (N₀ + 2), which keep it finite where the scores separate the classes; by Newton's method (Lin, Lin and Weng, "A
 * note on Platt's probabilistic outputs for support vector machines", 2007). scikit-learn's `sigmoid` calibration is
 * the same fit with the signs of both numbers reversed.
 *
 * Fit it on validation data: on its own training data a model is overconfident.
 *
 * @param truth N labels, 0 or 1; both must occur.
 * @param scores N finite scores of any scale, two or more of them different.
 * @throws {InvalidArgumentError} on unequal lengths, a label other than 0 and 1, a score that is not finite, a missing
 *   class or equal scores.
 */
export function plattScaling(truth: ArrayLike<number>, scores: ArrayLike<number>): PlattScaling {
  checkBinary(truth, scores);
  const { positives, negatives } = checkBothClasses(truth);
  if (Array.prototype.every.call(scores, (score) => score === scores[0])) {
    throw new InvalidArgumentError({
      parameter: "scores",
      value: scores[0],
      message: `expected scores that differ, got ${scores[0]} for every sample; such a model is no better than chance`,
    });
  }
  const targets = Float64Array.from(truth, (label) =>
    label === 1 ? (positives + 1) / (positives + 2) : 1 / (negatives + 2),
  );
  const { slope, intercept } = fitLogistic(targets, scores);
  return {
    slope,
    intercept,
    apply(others) {
      checkScores(others);
      return Float64Array.from(others, (score) => expit(slope * score + intercept));
    },
  };
}

/** Options of {@link temperatureScaling}. */
export interface TemperatureScalingOptions {
  /**
   * What the scores are: probabilities, as `predict` returns them, which are clipped to [1e-8, 1 − 1e-8] before their
   * logarithm is taken; or logits, before the sigmoid or softmax.
   * @defaultValue "probabilities"
   */
  readonly from?: "probabilities" | "logits";
}

/** Map from scores to calibrated probabilities, in the form of the scores it was fitted to. */
export interface TemperatureScaling<Scores extends Probabilities> {
  /** Above 0. More than 1 makes probabilities less extreme, less than 1 more. */
  readonly temperature: number;
  /** Calibrated probabilities of other scores of the same kind. Ranks and predicted classes stay the same. */
  apply(scores: Scores): Scores extends ArrayLike<number> ? Float64Array : Float64Array[];
}

/**
 * Temperature scaling: logits divided by the one number that minimises the log loss of these samples (Guo, Pleiss, Sun
 * and Weinberger, "On calibration of modern neural networks", 2017). A binary probability of 0.5 stays where it is;
 * {@link plattScaling} moves it, too.
 *
 * Fit it on validation data: on its own training data a model is overconfident.
 *
 * Two cases have no such number and are refused: no sample is on the wrong side of 0.5, or the true class has the highest
 * score in every sample (the temperature would fall to 0, to unbounded confidence); and scores that are no better than
 * chance (it would rise without end).
 *
 * @param truth N class indices: 0 or 1, or in [0, C) with rows.
 * @param scores N probabilities of class 1 or their log-odds; or N rows of C, C of 2 or more.
 * @throws {InvalidArgumentError} on unequal lengths, a class index out of range, scores that are not probabilities or, with
 *   `from: "logits"`, not finite, rows of unequal length, or samples without a finite temperature above 0 (parameter
 *   `scores`, value 0 or Infinity: where it would go).
 */
export function temperatureScaling(
  truth: ArrayLike<number>,
  scores: ArrayLike<number>,
  options?: TemperatureScalingOptions,
): TemperatureScaling<ArrayLike<number>>;
export function temperatureScaling(
  truth: ArrayLike<number>,
  scores: readonly ArrayLike<number>[],
  options?: TemperatureScalingOptions,
): TemperatureScaling<readonly ArrayLike<number>[]>;
export function temperatureScaling(
  truth: ArrayLike<number>,
  scores: Probabilities,
  options: TemperatureScalingOptions = {},
): TemperatureScaling<ArrayLike<number>> | TemperatureScaling<readonly ArrayLike<number>[]> {
  checkOptions(options, { from: ["probabilities", "logits", undefined] });
  const { from = "probabilities" } = options;
  checkSameLength(truth, scores, "scores");
  return isRows(scores, "scores") ? scaleRows(truth, scores, from) : scaleBinary(truth, scores, from);
}

type ScoreKind = NonNullable<TemperatureScalingOptions["from"]>;

function scaleBinary(
  truth: ArrayLike<number>,
  scores: ArrayLike<number>,
  from: ScoreKind,
): TemperatureScaling<ArrayLike<number>> {
  const logitsOf = (own: ArrayLike<number>): Float64Array => {
    if (from === "logits") checkScores(own);
    else checkProbabilities(own, "scores");
    return Float64Array.from(own, from === "logits" ? Number : logit);
  };
  checkLabels(truth, "truth", 2, BINARY);
  const logits = logitsOf(scores);
  const derivativesAt = (inverse: number) => {
    let value = 0;
    let derivative = 0;
    logits.forEach((z, i) => {
      const probability = expit(inverse * z);
      value += (probability - truth[i]!) * z;
      derivative += probability * expit(-inverse * z) * z * z;
    });
    return { value, derivative };
  };
  const separated = logits.every((z, i) => (truth[i] === 1 ? z >= 0 : z <= 0));
  const temperature = solveTemperature(derivativesAt, separated);
  return { temperature, apply: (others) => logitsOf(others).map((z) => expit(z / temperature)) };
}

function scaleRows(
  truth: ArrayLike<number>,
  scores: readonly ArrayLike<number>[],
  from: ScoreKind,
): TemperatureScaling<readonly ArrayLike<number>[]> {
  const classCount = Math.max(2, scores[0]!.length);
  const logitsOf = (rows: readonly ArrayLike<number>[]): Float64Array[] => {
    checkArray("scores", rows);
    return rows.map((row, i) => {
      checkArray("scores", row);
      if (row.length !== classCount) {
        throw new InvalidArgumentError({
          parameter: "scores",
          value: row.length,
          message: `expected rows of ${classCount} numbers, one for each class, got ${row.length} in row ${i}`,
        });
      }
      if (from === "logits") checkScores(row);
      else checkProbabilities(row, "scores");
      return Float64Array.from(row, (score) =>
        from === "logits" ? score : Math.log(clipProbability(score)),
      );
    });
  };
  const logits = logitsOf(scores);
  checkLabels(truth, "truth", classCount, "give each row a column for every class");
  const derivativesAt = (inverse: number) => {
    let value = 0;
    let derivative = 0;
    logits.forEach((row, i) => {
      const probabilities = softmax(row, inverse);
      let mean = 0;
      for (let c = 0; c < classCount; c++) mean += probabilities[c]! * row[c]!;
      value += mean - row[truth[i]!]!;
      for (let c = 0; c < classCount; c++) derivative += probabilities[c]! * (row[c]! - mean) ** 2;
    });
    return { value, derivative };
  };
  const separated = logits.every((row, i) => row.every((other) => other <= row[truth[i]!]!));
  const temperature = solveTemperature(derivativesAt, separated);
  return { temperature, apply: (others) => logitsOf(others).map((row) => softmax(row, 1 / temperature)) };
}

/** Probabilities of logits times `inverse`, without overflow. */
function softmax(row: Float64Array, inverse: number): Float64Array {
  const scaled = Float64Array.from(row, (value) => value * inverse);
  const highest = scaled.reduce((most, value) => Math.max(most, value));
  const odds = scaled.map((value) => Math.exp(value - highest));
  const sum = odds.reduce((total, value) => total + value, 0);
  return odds.map((value) => value / sum);
}

/**
 * Temperature that minimises the mean log loss of logits / temperature.
 *
 * @param derivativesAt First and second derivative of the log-loss by the inverse of the temperature, there; the first
 *   rises with it, for the loss is convex.
 * @param separated Whether every logit is on the right side, so that a lower temperature is always better.
 */
function solveTemperature(derivativesAt: (inverse: number) => FunctionValue, separated: boolean): number {
  if (!(derivativesAt(0).value < 0)) {
    throw new InvalidArgumentError({
      parameter: "scores",
      value: Number.POSITIVE_INFINITY,
      message:
        "expected predictions that are better than chance, got some for which the temperature would rise without end; check the order of truth and of the classes",
    });
  }
  if (separated) {
    throw new InvalidArgumentError({
      parameter: "scores",
      value: 0,
      message:
        "expected at least one wrong prediction, got none, so that the temperature would fall to 0; use more validation samples, or plattScaling",
    });
  }
  let high = 1;
  while (derivativesAt(high).value < 0) high *= 2;
  return 1 / solveIncreasing(derivativesAt, { low: 0, high }, high / 2);
}
