import { createRng } from "@covidxr/core";
import { checkInteger, checkOptions, type OptionKinds } from "@covidxr/core/internal";
import { checkSameLength } from "../checks.js";
import { auc } from "../curves/auc.js";
import { checkLevel, type Interval, LEVEL, type LevelOptions } from "../intervals/interval.js";
import { bcaLimits, biasOf, percentileLimits } from "./limits.js";
import { createResampler, type Draw, type Resampler, type ResamplingOptions } from "./resampler.js";
import { aucStatistic, metricStatistic } from "./statistics.js";

/** Options of a bootstrap, but for what is drawn. */
export interface DrawingOptions extends LevelOptions, Omit<ResamplingOptions, "size"> {
  /** Decides every draw. Safe integer, 0 or more. */
  readonly seed: number;
  /** Number of resamples B, 2 or more; use 1000 or more for a 95 % interval. @defaultValue 2000 */
  readonly resamples?: number;
  /**
   * `"bca"` corrects for bias and skewness, and computes the metric once more for each sample (or group);
   * `"percentile"` does neither, and suits slow metrics of many samples.
   * @defaultValue "bca"
   */
  readonly method?: "percentile" | "bca";
}

/** Options of {@link bootstrap}. */
export interface BootstrapOptions<Score = number> extends DrawingOptions {
  /**
   * The metric, from truth and scores of M drawn samples; NaN where it is undefined. Such as `brierScore` or
   * `(truth, predictions) => sensitivity(confusionMatrix(truth, predictions))`. {@link auc} is computed without sorting
   * each draw.
   */
  readonly metric: (truth: readonly number[], scores: readonly Score[]) => number;
}

const BOOTSTRAP: OptionKinds<BootstrapOptions> = {
  ...LEVEL,
  metric: "function",
  seed: "number",
  groups: "array?",
  strata: "array?",
  resamples: "number?",
  method: ["percentile", "bca", undefined],
};

/** A metric with its bootstrap interval. */
export interface BootstrapInterval extends Interval {
  /** The metric of the samples. */
  readonly estimate: number;
  /** Standard deviation of the metric over the resamples; NaN where it was infinite in one. */
  readonly standardError: number;
  /** How the limits were made: `"percentile"` also where `"bca"` was requested and is undefined. */
  readonly method: "percentile" | "bca";
  /** Number of resamples drawn. */
  readonly resamples: number;
  /** Resamples in which the metric is undefined, for instance because a class is missing; they are left out. */
  readonly undefinedResamples: number;
  /** Why the limits are undefined; null where they are defined. */
  readonly undefinedReason: string | null;
}

/**
 * Confidence interval of any metric by the bootstrap (Efron 1979): the metric is computed on many draws of the samples
 * with replacement, and the spread of its values estimates the spread over repeated studies.
 *
 * Samples are drawn as if independent. Images of one patient are not: pass their patients as `groups`.
 *
 * The BCa limits (Efron 1987) need a metric that varies and a jackknife that is defined. Where a correction is undefined
 * (every replicate equal, or all on one side of the estimate; a metric undefined or infinite with one sample left out),
 * the limits are percentiles and `method` says so. A perfect classifier's AUC is 1 in every resample, and its interval
 * [1, 1]: the bootstrap cannot see what did not occur; use {@link clopperPearson} or more samples.
 *
 * Limits are NaN, with a reason, where the metric of the samples is NaN, where it is NaN in more than half of the
 * resamples, or where no stratum has two samples (or groups) to draw from.
 *
 * Resample i draws from its own stream of (seed, i), so that more resamples repeat the first ones, bit for bit.
 *
 * @param truth N class indices.
 * @param scores N scores, predicted classes, rows of probabilities or anything else that the metric takes.
 * @throws {InvalidArgumentError} on unequal lengths, options out of range, groups or strata of another length, an unnamed
 *   group, or a group that spans strata; and as the metric does.
 *
 * @example
 * ```ts
 * import { bootstrap, brierScore } from "@covidxr/metrics";
 *
 * const truth = [0, 0, 0, 0, 1, 1, 1, 1];
 * const scores = [0.1, 0.2, 0.75, 0.3, 0.9, 0.8, 0.6, 0.95];
 * const { estimate, low, high } = bootstrap(truth, scores, { metric: brierScore, seed: 0 });
 * console.log([low, estimate, high].map((value) => value.toFixed(3))); // [ '0.036', '0.114', '0.325' ]
 * ```
 */
export function bootstrap<Score>(
  truth: ArrayLike<number>,
  scores: ArrayLike<Score>,
  options: BootstrapOptions<Score>,
): BootstrapInterval {
  checkOptions(options, BOOTSTRAP as OptionKinds<BootstrapOptions<Score>>);
  checkSameLength(truth, scores, "scores");
  const { metric, ...drawing } = options;
  const statistic =
    (metric as unknown) === auc && typeof scores[0] === "number"
      ? aucStatistic(truth, scores as ArrayLike<number>)
      : metricStatistic(metric, truth, scores);
  return bootstrapStatistic(statistic, truth.length, drawing);
}

/** As {@link bootstrap}, of a statistic of a draw: computed from `counts` or `indices`, which are valid during the call. */
export function bootstrapStatistic(
  statistic: (draw: Draw) => number,
  size: number,
  options: DrawingOptions,
): BootstrapInterval {
  return bootstrapStatistics((draw) => [statistic(draw)], [options.method ?? "bca"], size, options)[0]!;
}

/**
 * As {@link bootstrapStatistic}, of several statistics of the same draws, each with its method.
 *
 * @param statistics Gives their values as a new array.
 */
export function bootstrapStatistics(
  statistics: (draw: Draw) => readonly number[],
  methods: readonly NonNullable<DrawingOptions["method"]>[],
  size: number,
  options: DrawingOptions,
): BootstrapInterval[] {
  const level = checkLevel(options);
  const resamples = checkResamples(options.resamples);
  const resampler = createResampler({ ...options, size });
  const estimates = statistics(resampler.all());
  const tooFew = reasonForTooFew(resampler);
  const reasons = estimates.map((estimate) =>
    Number.isNaN(estimate) ? "the metric of the samples is undefined" : tooFew,
  );
  const replicates = estimates.map(() => new Float64Array(resamples));
  const defined = estimates.map(() => 0);
  if (reasons.includes(null)) {
    for (let i = 0; i < resamples; i++) {
      const drawn = statistics(resampler.draw(createRng(options.seed, { purpose: "bootstrap", index: i })));
      for (let k = 0; k < drawn.length; k++) {
        const value = drawn[k]!;
        if (!Number.isNaN(value)) replicates[k]![defined[k]!++] = value;
      }
    }
  }
  let jackknife: number[][][] | undefined;
  /** Each statistic without each unit, by stratum: a call for each unit, wasted where no statistic needs it. */
  const jackknifeOf = (k: number): Float64Array[] => {
    jackknife ??= resampler.strata
      // A stratum of one unit cannot be left out, and never varies.
      .filter((members) => members.length > 1)
      .map((members) => Array.from(members, (unit) => [...statistics(resampler.without(unit))]));
    return jackknife.map((left) => Float64Array.from(left, (values) => values[k]!));
  };
  return estimates.map((estimate, k): BootstrapInterval => {
    const method = methods[k]!;
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
    const reason = reasons[k]!;
    if (reason !== null) return undefinedFor(reason, 0, 0);
    const undefinedResamples = resamples - defined[k]!;
    if (undefinedResamples > defined[k]!) {
      const rarely = `the metric is undefined in ${undefinedResamples} of ${resamples} resamples, more than half`;
      return undefinedFor(rarely, resamples, undefinedResamples);
    }
    const sorted = replicates[k]!.subarray(0, defined[k]).sort();
    const canCorrect = sorted[0] !== sorted.at(-1) && Number.isFinite(biasOf(sorted, estimate));
    const corrected =
      method === "bca" && canCorrect ? bcaLimits(sorted, jackknifeOf(k), estimate, level) : null;
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
  });
}

/** Returns the number of resamples, 2000 by default, checked to be an integer of 2 or more. */
export function checkResamples(resamples = 2000): number {
  checkInteger("resamples", resamples, { min: 2, max: 2 ** 32 });
  return resamples;
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

function standardDeviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
