import type { Interval, LevelOptions } from "./interval.js";
import { wilson } from "./wilson.js";

/** Successes among independent trials. */
export interface Proportion {
  readonly successes: number;
  readonly trials: number;
}

/** A difference of two proportions with its interval. */
export interface DifferenceOfProportions {
  /** Share of successes of the first less that of the second, in [-1, 1]; NaN when either has no trial. */
  readonly difference: number;
  readonly interval: Interval;
}

/**
 * Difference of two proportions from separate samples, say the sensitivities at two hospitals, with the interval of
 * Newcombe ("Interval estimation for the difference between independent proportions", Statistics in Medicine 17,
 * 1998, method 10), which joins the Wilson limits of both.
 *
 * Two models on the same images are not separate samples: compare those with {@link mcnemarTest}.
 *
 * @throws {InvalidArgumentError} on numbers that are not counts, or a level outside (0, 1).
 */
export function differenceOfProportions(
  a: Proportion,
  b: Proportion,
  options: LevelOptions = {},
): DifferenceOfProportions {
  const limitsA = wilson(a.successes, a.trials, options);
  const limitsB = wilson(b.successes, b.trials, options);
  const shareA = a.successes / a.trials;
  const shareB = b.successes / b.trials;
  const difference = shareA - shareB;
  return {
    difference,
    interval: {
      low: difference - Math.hypot(shareA - limitsA.low, limitsB.high - shareB),
      high: difference + Math.hypot(limitsA.high - shareA, shareB - limitsB.low),
      level: limitsA.level,
    },
  };
}
