import { InvalidArgumentError } from "@covidxr/core";
import { checkArguments, checkOptions } from "@covidxr/core/internal";
import { betaQuantile } from "../math/beta.js";
import { normalQuantile } from "../math/normal.js";
import { checkLevel, type Interval, LEVEL, type LevelOptions } from "./interval.js";

/**
 * Exact confidence interval of a proportion (Clopper and Pearson 1934), such as an accuracy or a sensitivity: it
 * covers the true value in at least `level` of studies, whatever the value; {@link wilson} is narrower and does so on
 * average. Samples must be independent: count patients, or use {@link bootstrap} with groups.
 *
 * @param successes Count, from 0 to `trials`.
 * @param trials Count. Without a trial both limits are NaN.
 * @returns Limits in [0, 1]: 0 below without a success, 1 above without a failure.
 * @throws {InvalidArgumentError} on numbers that are not counts, or a level outside (0, 1).
 *
 * @example
 * ```ts
 * import { clopperPearson } from "@covidxr/metrics";
 *
 * const { low, high } = clopperPearson(29, 31); // the study's accuracy on its 31 held-out images
 * console.log(low.toFixed(3), high.toFixed(3)); // 0.786 0.992
 * ```
 */
export function clopperPearson(successes: number, trials: number, options: LevelOptions = {}): Interval {
  checkProportion(successes, trials);
  checkOptions(options, LEVEL);
  const level = checkLevel(options);
  if (trials === 0) return { low: Number.NaN, high: Number.NaN, level };
  const tail = (1 - level) / 2;
  const failures = trials - successes;
  return {
    low: successes === 0 ? 0 : betaQuantile(tail, successes, failures + 1, "lower"),
    high: failures === 0 ? 1 : betaQuantile(tail, successes + 1, failures, "upper"),
    level,
  };
}

/**
 * Score interval of a proportion (Wilson 1927), without continuity correction. It covers the true value in `level` of
 * studies on average over true values; {@link clopperPearson} never in fewer, and is wider.
 *
 * @param successes Count, from 0 to `trials`.
 * @param trials Count. Without a trial both limits are NaN.
 * @returns Limits in [0, 1]: 0 below without a success, 1 above without a failure.
 * @throws {InvalidArgumentError} on numbers that are not counts, or a level outside (0, 1).
 */
export function wilson(successes: number, trials: number, options: LevelOptions = {}): Interval {
  checkProportion(successes, trials);
  checkOptions(options, LEVEL);
  const level = checkLevel(options);
  if (trials === 0) return { low: Number.NaN, high: Number.NaN, level };
  const z = normalQuantile((1 + level) / 2);
  const failures = trials - successes;
  const denominator = trials + z * z;
  const centre = (successes + (z * z) / 2) / denominator;
  const half = (z * Math.sqrt((successes * failures) / trials + (z * z) / 4)) / denominator;
  return {
    // Exactly 0 and 1 where the formula is so but for rounding.
    low: successes === 0 ? 0 : centre - half,
    high: failures === 0 ? 1 : centre + half,
    level,
  };
}

/** Successes among independent trials. */
export interface Proportion {
  readonly successes: number;
  readonly trials: number;
}

/** A difference of two proportions with its interval. */
export interface DifferenceOfProportions {
  /** Proportion of successes of the first minus that of the second, in [-1, 1]; NaN when either has no trial. */
  readonly difference: number;
  readonly interval: Interval;
}

/**
 * Difference of two proportions from separate samples, say the sensitivities at two hospitals, with
 * Newcombe's interval ("Interval estimation for the difference between independent proportions", Statistics in Medicine 17,
 * 1998, method 10), which combines the Wilson limits of both.
 *
 * Two models on the same images are not separate samples: compare them with {@link mcnemarTest}.
 *
 * @throws {InvalidArgumentError} on numbers that are not counts, or a level outside (0, 1).
 */
export function differenceOfProportions(
  a: Proportion,
  b: Proportion,
  options: LevelOptions = {},
): DifferenceOfProportions {
  checkArguments({ a, b }, { a: "object", b: "object" });
  const limitsA = wilson(a.successes, a.trials, options);
  const limitsB = wilson(b.successes, b.trials, options);
  const proportionA = a.successes / a.trials;
  const proportionB = b.successes / b.trials;
  const difference = proportionA - proportionB;
  return {
    difference,
    interval: {
      low: difference - Math.hypot(proportionA - limitsA.low, limitsB.high - proportionB),
      high: difference + Math.hypot(limitsA.high - proportionA, proportionB - limitsB.low),
      level: limitsA.level,
    },
  };
}

function checkProportion(successes: number, trials: number): void {
  if (!Number.isSafeInteger(trials) || trials < 0) {
    throw new InvalidArgumentError({
      parameter: "trials",
      value: trials,
      message: `expected a count of 0 or more, got ${trials}; pass the number of samples`,
    });
  }
  if (!Number.isSafeInteger(successes) || successes < 0 || successes > trials) {
    throw new InvalidArgumentError({
      parameter: "successes",
      value: successes,
      message: `expected a count from 0 to ${trials}, the number of trials, got ${successes}; pass counts, not a proportion`,
    });
  }
}
