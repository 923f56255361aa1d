import { checkOptions } from "@covidxr/core/internal";
import { checkBinary, checkProbabilities } from "../checks.js";
import {
  checkLevel,
  type Interval,
  LEVEL,
  type LevelOptions,
  normalInterval,
} from "../intervals/interval.js";
import { solveIncreasing } from "../math/numeric.js";
import { expit, fitLogistic, logit } from "./logistic.js";

/** Calibration of log-odds. A calibrated model has slope 1, intercept 0 and calibration in the large 0. */
export interface CalibrationRegression {
  /** Below 1: probabilities too extreme (an overfitted model); above 1: too moderate. */
  readonly slope: number;
  /** Intercept that goes with `slope`. */
  readonly intercept: number;
  /** Intercept with the slope fixed to 1. Below 0: probabilities too high on average; above 0: too low. */
  readonly inTheLarge: number;
  /** Wald interval of `slope`. */
  readonly slopeInterval: Interval;
  /** Wald interval of `intercept`. */
  readonly interceptInterval: Interval;
  /** Wald interval of `inTheLarge`. */
  readonly inTheLargeInterval: Interval;
  /** Why a number is undefined; null when all are defined. */
  readonly undefinedReason: string | null;
}

const WHOLE_LINE = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

/**
 * Slope and intercept of the logistic regression of truth on the log-odds of the predicted probability (Cox 1958), and
 * calibration in the large; the weak calibration of van Calster et al., "Calibration: the Achilles heel of predictive
 * analytics" (2019). They need no bins.
 *
 * Probabilities are clipped to [1e-8, 1 - 1e-8] first. A single sample that is certain and wrong still weighs heavily.
 *
 * Slope and intercept are NaN where the likelihood has no finite maximum: when the probabilities separate the
 * classes, as they do for a perfect classifier. They are NaN, too, when every probability is the same. All three are
 * NaN when a class is missing.
 *
 * @param truth N labels, 0 or 1.
 * @param probabilities N probabilities of class 1, in [0, 1].
 * @throws {InvalidArgumentError} on unequal lengths, a label other than 0 and 1, a number outside [0, 1], or a level
 *   outside (0, 1).
 */
export function calibrationRegression(
  truth: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  options: LevelOptions = {},
): CalibrationRegression {
  checkBinary(truth, probabilities, "probabilities", checkProbabilities);
  checkOptions(options, LEVEL);
  const level = checkLevel(options);
  const logits = Float64Array.from(probabilities, logit);

  const missing = reasonForMissingClass(truth);
  const large = missing === null ? fitInTheLarge(truth, logits) : { estimate: Number.NaN, error: Number.NaN };
  const undefinedReason = missing ?? reasonForNoSlope(truth, logits);
  const fit =
    undefinedReason === null
      ? fitLogistic(truth, logits)
      : { slope: Number.NaN, intercept: Number.NaN, slopeError: Number.NaN, interceptError: Number.NaN };
  return {
    slope: fit.slope,
    intercept: fit.intercept,
    inTheLarge: large.estimate,
    slopeInterval: normalInterval(fit.slope, fit.slopeError, level, WHOLE_LINE),
    interceptInterval: normalInterval(fit.intercept, fit.interceptError, level, WHOLE_LINE),
    inTheLargeInterval: normalInterval(large.estimate, large.error, level, WHOLE_LINE),
    undefinedReason,
  };
}

function reasonForMissingClass(truth: ArrayLike<number>): string | null {
  if (truth.length === 0) return "there is no sample";
  for (const label of [0, 1]) {
    if (!Array.prototype.includes.call(truth, label)) return `no sample is of class ${label}`;
  }
  return null;
}

function reasonForNoSlope(truth: ArrayLike<number>, logits: Float64Array): string | null {
  const lowest = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const highest = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  logits.forEach((value, i) => {
    const label = truth[i]!;
    lowest[label] = Math.min(lowest[label]!, value);
    highest[label] = Math.max(highest[label]!, value);
  });
  if (Math.min(...lowest) === Math.max(...highest)) return "every probability is the same";
  // A shared value at the border does not help: one side of it is still pure.
  const overlap = highest[0]! > lowest[1]! && highest[1]! > lowest[0]!;
  return overlap
    ? null
    : "the probabilities separate the classes, so slope and intercept have no finite value";
}

/** Intercept a at which the probabilities expit(logit + a) add up to the number of positives. */
function fitInTheLarge(truth: ArrayLike<number>, logits: Float64Array): { estimate: number; error: number } {
  let positives = 0;
  for (let i = 0; i < truth.length; i++) positives += truth[i]!;
  const sumsAt = (intercept: number) => {
    let expected = 0;
    let information = 0;
    for (const value of logits) {
      const probability = expit(value + intercept);
      expected += probability;
      information += probability * expit(-value - intercept);
    }
    return { value: expected - positives, derivative: information };
  };
  const base = Math.log(positives / (truth.length - positives));
  // With all log-odds at one end of their range, that end's intercept would be the solution.
  const low = base - logits.reduce((most, value) => Math.max(most, value));
  const high = base - logits.reduce((least, value) => Math.min(least, value));
  const estimate = solveIncreasing(sumsAt, { low, high }, low + (high - low) / 2);
  return { estimate, error: 1 / Math.sqrt(sumsAt(estimate).derivative) };
}
