import { normalQuantile } from "../internal/distributions/normal.js";
import { checkProportion } from "./check-proportion.js";
import { checkLevel, type Interval, type LevelOptions } from "./interval.js";

/**
 * Score interval of a proportion (Wilson 1927), without correction for continuity. It holds the true value in
 * `level` of studies on average over true values; {@link clopperPearson} never in fewer, and is wider.
 *
 * @param successes Count, from 0 to `trials`.
 * @param trials Count. Without a trial both limits are NaN.
 * @returns Limits in [0, 1]: 0 below when nothing succeeded, 1 above when everything did.
 * @throws {InvalidArgumentError} on numbers that are not such counts, or a level outside (0, 1).
 */
export function wilson(successes: number, trials: number, options: LevelOptions = {}): Interval {
  checkProportion(successes, trials);
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
