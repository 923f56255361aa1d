import type { OptionKinds } from "@covidxr/core/internal";
import { type BootstrapInterval, bootstrapStatistics } from "../bootstrap/bootstrap.js";
import type { Draw } from "../bootstrap/resampler.js";
import { delong } from "../curves/delong.js";
import { type Interval, LEVEL, type LevelOptions } from "../intervals/interval.js";
import { newcombeAucInterval } from "../intervals/newcombe-auc-interval.js";
import { clopperPearson, type Proportion } from "../intervals/proportions.js";
import type { Estimate } from "./estimate.js";

/** Options of the bootstrap of many metrics. */
export interface EstimateOptions extends LevelOptions {
  /** Decides every draw of the bootstrap. */
  readonly seed: number;
  /** Group of each sample, such as its patient. */
  readonly groups?: ArrayLike<string | number>;
  /** Number of bootstrap resamples. @defaultValue 2000 */
  readonly resamples?: number;
}

export const ESTIMATE: OptionKinds<EstimateOptions> = {
  ...LEVEL,
  seed: "number",
  groups: "array?",
  resamples: "number?",
};

/** A metric to estimate, and what its interval is made of. */
export type Estimand<Sample> = {
  /** The metric of drawn samples; NaN where it is undefined. */
  readonly of: (sample: Sample) => number;
  /** Why the metric of all samples is undefined, where it is. @defaultValue what its interval's method says */
  readonly undefinedReason?: string | null;
} & (
  | ({ readonly interval: "proportion" } & Proportion)
  | { readonly interval: "area"; readonly truth: ArrayLike<number>; readonly scores: ArrayLike<number> }
  | { readonly interval: "bootstrap" }
);

type Estimands<Sample> = Readonly<Record<string, Estimand<Sample>>>;

/**
 * Estimates of all metrics from one bootstrap: Clopper and Pearson's interval of a proportion, DeLong's or Newcombe's of an
 * area, both with a second one by group where several samples share a group; the bootstrap's (BCa) of the rest.
 *
 * @param sections Metrics by name.
 * @param sampleOf What metrics take, of a draw.
 * @param size Number of samples.
 * @returns Of each section, the estimates by name.
 */
export function estimateAll<Sample, const Sections extends readonly Estimands<Sample>[]>(
  sections: Sections,
  sampleOf: (draw: Draw) => Sample,
  size: number,
  options: EstimateOptions,
): { -readonly [S in keyof Sections]: Record<keyof Sections[S], Estimate> } {
  const { groups, level } = options;
  const ofLevel: LevelOptions = level === undefined ? {} : { level };
  const grouped = groups !== undefined && new Set(Array.from(groups)).size < size;
  const drawn = sections
    .flatMap((section) => Object.values(section))
    .filter(({ interval }) => interval === "bootstrap" || grouped);
  const intervals = bootstrapStatistics(
    (draw) => {
      const sample = sampleOf(draw);
      return drawn.map(({ of }) => of(sample));
    },
    drawn.map(({ interval }) => (interval === "bootstrap" ? "bca" : "percentile")),
    size,
    options,
  );
  const bootstrapOf = new Map(drawn.map((estimand, k) => [estimand, intervals[k]!]));
  const estimateOf = (estimand: Estimand<Sample>): Estimate => {
    const bootstrap = bootstrapOf.get(estimand);
    const reason = estimand.undefinedReason ?? null;
    if (estimand.interval === "bootstrap") return resampledEstimate(bootstrap!, reason);
    const byGroup = intervalByGroup(bootstrap);
    return estimand.interval === "proportion"
      ? { ...proportionEstimate(estimand, reason, ofLevel), byGroup }
      : areaEstimate(estimand.truth, estimand.scores, byGroup, reason, ofLevel);
  };
  return sections.map((section) =>
    Object.fromEntries(Object.entries(section).map(([name, estimand]) => [name, estimateOf(estimand)])),
  ) as { -readonly [S in keyof Sections]: Record<keyof Sections[S], Estimate> };
}

/** Interval from a bootstrap that draws groups; null where no two samples share one, or every draw is the same. */
function intervalByGroup(bootstrap: BootstrapInterval | undefined): Interval | null {
  if (bootstrap === undefined || bootstrap.low === bootstrap.high) return null;
  const { low, high, level } = bootstrap;
  return { low, high, level };
}

function proportionEstimate(
  { successes, trials }: Proportion,
  undefinedReason: string | null,
  options: LevelOptions,
): Estimate {
  return {
    value: trials === 0 ? Number.NaN : successes / trials,
    ...clopperPearson(successes, trials, options),
    method: "Clopper–Pearson",
    byGroup: null,
    undefinedReason: trials === 0 ? undefinedReason : null,
  };
}

function areaEstimate(
  truth: ArrayLike<number>,
  scores: ArrayLike<number>,
  byGroup: Interval | null,
  reason: string | null,
  options: LevelOptions,
): Estimate {
  const { auc, variance, interval, undefinedReason } = delong(truth, scores, options);
  if (Number.isNaN(auc)) {
    return {
      value: auc,
      ...interval,
      method: "DeLong",
      byGroup: null,
      undefinedReason: reason ?? undefinedReason,
    };
  }
  const positives = Array.from(truth).reduce((sum, label) => sum + label, 0);
  const closed = !(variance > 0);
  return {
    value: auc,
    ...(closed ? newcombeAucInterval(auc, positives, truth.length - positives, options) : interval),
    method: closed ? "Newcombe" : "DeLong",
    byGroup,
    undefinedReason: null,
  };
}

function resampledEstimate(bootstrap: BootstrapInterval, reason: string | null): Estimate {
  const { estimate, low, high, level, method, undefinedReason } = bootstrap;
  // Draws that are all alike show that nothing varied among the samples, not that nothing could.
  const closed = low === high;
  return {
    value: estimate,
    low: closed ? Number.NaN : low,
    high: closed ? Number.NaN : high,
    level,
    method: method === "bca" ? "bootstrap BCa" : "bootstrap percentile",
    byGroup: null,
    undefinedReason: Number.isNaN(estimate) ? (reason ?? undefinedReason) : undefinedReason,
  };
}
