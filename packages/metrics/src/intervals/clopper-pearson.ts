import { betaQuantile } from "../internal/distributions/beta-quantile.js";
import { checkProportion } from "./check-proportion.js";
import { checkLevel, type Interval, type LevelOptions } from "./interval.js";

/**
 * Exact confidence interval of a proportion (Clopper and Pearson 1934), such as an accuracy or a sensitivity: it
 * holds the true value in `level` of studies or more, whatever the value; {@link wilson} is narrower and does so
 * on average. Samples must be independent: count patients, or use {@link bootstrap} with groups.
 *
 * @param successes Count, from 0 to `trials`.
 * @param trials Count. Without a trial both limits are NaN.
 * @returns Limits in [0, 1]: 0 below when nothing succeeded, 1 above when everything did.
 * @throws {InvalidArgumentError} on numbers that are not such counts, or a level outside (0, 1).
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
