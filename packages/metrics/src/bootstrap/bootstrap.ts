import { createRng, InvalidArgumentError } from "@covidxr/core";
import { checkLevel, type Interval, type LevelOptions } from "../intervals/interval.js";
import { checkResamples } from "./check-resamples.js";
import { bcaLimits, biasOf, percentileLimits } from "./limits.js";
import { createResampler, type Draw, type Resampler, type ResamplingOptions } from "./resampler.js";

export type { Draw };

/** How {@link bootstrap} draws, and what it makes of the draws. */
export interface BootstrapOptions extends LevelOptions, ResamplingOptions {
  /** Decides every draw. Safe integer, 0 or more. */
  readonly seed: number;
  /** Number of resamples B, 2 or more; 1000 or more for a 95 % interval. @defaultValue 2000 */
  readonly resamples?: number;
  /**
   * `"bca"` corrects for bias and skewness, and calls the statistic once more for each sample (or group);
   * `"percentile"` does neither, and suits slow statistics of many samples.
   * @defaultValue "bca"
   */
  readonly method?: "percentile" | "bca";
}

/** A figure with the interval that the bootstrap gives it. */
export interface BootstrapInterval extends Interval {
  /** The figure of the samples themselves. */
  readonly estimate: number;
  /** Standard deviation of the figure over the resamples; NaN where it was infinite in one. */
  readonly standardError: number;
  /** What made the limits: `"percentile"` also where `"bca"` was asked for and is undefined. */
  readonly method: "percentile" | "bca";
  /** Number of resamples drawn. */
  readonly resamples: number;
  /** Resamples in which the figure is undefined, say for want of one class; they are left out. */
  readonly undefinedResamples: number;
  /** Why the limits are undefined; null where they are defined. */
  readonly undefinedReason: string | null;
}

/**
 * Confidence interval of any figure by the bootstrap (Efron 1979): the figure is computed on many draws of the
 * samples with replacement, and the spread of its values stands for the spread over repeated studies.
 *
 * Samples are drawn as if independent. Images of one patient are not: give their patients as `groups`.
 *
 * The BCa limits (Efron 1987) need a figure that varies and a jackknife that is defined. Where a correction is
 * undefined (every replicate equal, or all on one side of the estimate; a figure undefined or infinite with one
 * sample left out), the limits are those of the percentiles and `method` says so. A perfect classifier's AUC is 1 in
 * every resample, and its interval [1, 1]: the bootstrap cannot see what did not occur, use {@link clopperPearson}
 * or more samples.
 *
 * Limits are NaN, with a reason, where the figure of the samples is NaN, where it is NaN in more than half of the
 * resamples, or where no stratum has two samples (or groups) to draw from.
 *
 * Resample i draws from its own stream of (seed, i), so that more resamples repeat the first ones, bit for bit.
 *
 * @param statistic The figure of a draw, computed from `counts` or `indices`, which are valid during the call;
 *   NaN where it is undefined. See {@link aucStatistic} and {@link figureStatistic}.
 * @throws {InvalidArgumentError} on options out of range, groups or strata of another length, an unnamed group, or
 *   a group that spans strata.
 *
 * @example
 * ```ts
 * import { bootstrap, brierScore, figureStatistic } from "@covidxr/metrics";
 *
 * const truth = [0, 0, 0, 0, 1, 1, 1, 1];
 * const scores = [0.1, 0.2, 0.75, 0.3, 0.9, 0.8, 0.6, 0.95];
 * const { estimate, low, high } = bootstrap(figureStatistic(brierScore, truth, scores), {
 *   size: truth.length,
 *   seed: 0,
 * });
 * console.log([low, estimate, high].map((value) => value.toFixed(3))); // [ '0.036', '0.114', '0.325' ]
 * ```
 */
export function bootstrap(statistic: (draw: Draw) => number, options: BootstrapOptions): BootstrapInterval {
  const level = checkLevel(options);
  const resamples = checkResamples(options.resamples);
  const method = options.method ?? "bca";
  if (method !== "bca" && method !== "percentile") {
    throw new InvalidArgumentError({
      parameter: "method",
      value: method,
      message: `expected "bca" or "percentile", got ${JSON.stringify(method)}`,
    });
  }
  const resampler = createResampler(options);
  const estimate = statistic(resampler.all());
  const undefinedFor = (undefinedReason: string, drawn: number, undefinedResamples: number) => ({
    low: Number.NaN,
    high: Number.NaN,
    level,
    estimate,
    standardError: Number.NaN,
    method,
    resamples: drawn,
    undefinedResamples,
    undefinedReason,
  });
  if (Number.isNaN(estimate)) return undefinedFor("the figure of the samples themselves is undefined", 0, 0);
  const tooFew = reasonForTooFew(resampler);
  if (tooFew !== null) return undefinedFor(tooFew, 0, 0);

  const values = new Float64Array(resamples);
  let defined = 0;
  for (let i = 0; i < resamples; i++) {
    const value = statistic(resampler.draw(createRng(options.seed, { purpose: "bootstrap", index: i })));
    if (!Number.isNaN(value)) values[defined++] = value;
  }
  const undefinedResamples = resamples - defined;
  if (undefinedResamples > defined) {
    const reason = `the figure is undefined in ${undefinedResamples} of ${resamples} resamples, more than half`;
    return undefinedFor(reason, resamples, undefinedResamples);
  }
  const sorted = values.subarray(0, defined).sort();
  const corrected = method === "bca" ? correctedLimits(statistic, resampler, sorted, estimate, level) : null;
  return {
    ...(corrected ?? percentileLimits(sorted, level)),
    level,
    estimate,
    standardError: standardDeviation(sorted),
    method: corrected === null ? "percentile" : "bca",
    resamples,
    undefinedResamples,
    undefinedReason: null,
  };
}

/** Why draws of these units could not differ; null where they do. */
export function reasonForTooFew({ strata }: Resampler): string | null {
  const units = strata.reduce((sum, members) => sum + members.length, 0);
  if (units === 0) return "there is no sample";
  if (strata.every((members) => members.length === 1)) {
    return `there is only one sample (or group) to draw from${strata.length > 1 ? " in each stratum" : ""}`;
  }
  return null;
}

function correctedLimits(
  statistic: (draw: Draw) => number,
  resampler: Resampler,
  sorted: Float64Array,
  estimate: number,
  level: number,
) {
  // The jackknife costs a call for each unit, which these cases would waste.
  if (sorted[0] === sorted.at(-1) || !Number.isFinite(biasOf(sorted, estimate))) return null;
  const jackknife = resampler.strata
    // A stratum of one unit cannot do without it, and never varies.
    .filter((members) => members.length > 1)
    .map((members) => Float64Array.from(members, (unit) => statistic(resampler.without(unit))));
  return bcaLimits(sorted, jackknife, estimate, level);
}

function standardDeviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
