import { createRng, InvalidArgumentError } from "@covidxr/core";
import { checkLevel, type LevelOptions } from "../intervals/interval.js";
import { reasonForTooFew } from "./bootstrap.js";
import { checkResamples } from "./check-resamples.js";
import { percentileLimits } from "./limits.js";
import { createResampler } from "./resampler.js";

/** How a band around a curve is made. */
export interface BandOptions extends LevelOptions {
  /** Decides every draw. Safe integer, 0 or more. */
  readonly seed: number;
  /** Group of each sample, such as its patient; the samples of a group are drawn together. */
  readonly groups?: ArrayLike<string | number>;
  /** Number of resamples, 2 or more. @defaultValue 2000 */
  readonly resamples?: number;
  /** Number of points, evenly from 0 to 1, 2 or more. @defaultValue 101 */
  readonly points?: number;
}

/** Limits at each point. */
export interface PointwiseBand {
  /** Points, evenly from 0 to 1. */
  readonly grid: number[];
  readonly low: number[];
  readonly high: number[];
  readonly level: number;
  readonly undefinedResamples: number;
  readonly undefinedReason: string | null;
}

/**
 * Percentile limits of a curve at each of some points from 0 to 1.
 *
 * @param curveOf Writes the curve of a draw, at each point of the grid, into `values`; false where it is undefined.
 */
export function pointwiseBand(
  size: number,
  curveOf: (counts: Uint32Array, grid: Float64Array, values: Float64Array) => boolean,
  options: BandOptions,
): PointwiseBand {
  const level = checkLevel(options);
  const resamples = checkResamples(options.resamples);
  const points = options.points ?? 101;
  if (!Number.isInteger(points) || points < 2) {
    throw new InvalidArgumentError({
      parameter: "points",
      value: points,
      message: `expected an integer of 2 or more, got ${points}; pass 101`,
    });
  }
  const grid = Float64Array.from({ length: points }, (_, i) => i / (points - 1));
  const resampler = createResampler({ size, ...(options.groups && { groups: options.groups }) });
  const bandOf = (limitsAt: (point: number) => { low: number; high: number }) => {
    const limits = Array.from(grid, (_, point) => limitsAt(point));
    return {
      grid: [...grid],
      low: limits.map(({ low }) => low),
      high: limits.map(({ high }) => high),
      level,
    };
  };
  const undefinedFor = (undefinedReason: string, undefinedResamples: number) => ({
    ...bandOf(() => ({ low: Number.NaN, high: Number.NaN })),
    undefinedResamples,
    undefinedReason,
  });
  const values = new Float64Array(points);
  if (!curveOf(resampler.all().counts, grid, values)) {
    return undefinedFor("the curve of the samples themselves is undefined, for want of a class", 0);
  }
  const tooFew = reasonForTooFew(resampler);
  if (tooFew !== null) return undefinedFor(tooFew, 0);

  // One row of replicates for each point.
  const replicates = new Float64Array(points * resamples);
  let defined = 0;
  for (let i = 0; i < resamples; i++) {
    const { counts } = resampler.draw(createRng(options.seed, { purpose: "bootstrap", index: i }));
    if (!curveOf(counts, grid, values)) continue;
    for (let point = 0; point < points; point++) replicates[point * resamples + defined] = values[point]!;
    defined++;
  }
  const undefinedResamples = resamples - defined;
  if (undefinedResamples > defined) {
    const reason = `the curve is undefined in ${undefinedResamples} of ${resamples} resamples, more than half`;
    return undefinedFor(reason, undefinedResamples);
  }
  const band = bandOf((point) => {
    const start = point * resamples;
    return percentileLimits(replicates.subarray(start, start + defined).sort(), level);
  });
  return { ...band, undefinedResamples, undefinedReason: null };
}
