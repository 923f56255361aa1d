import { createRng } from "@covidxr/core";
import { checkInteger, checkOptions, type OptionKinds } from "@covidxr/core/internal";
import { checkLevel, LEVEL, type LevelOptions } from "../intervals/interval.js";
import { checkResamples, reasonForTooFew } from "./bootstrap.js";
import { percentileLimits } from "./limits.js";
import { createResampler } from "./resampler.js";
import { scoreBlocks } from "./statistics.js";

/** Limits of the true positive rate at each false positive rate. */
export interface RocBand {
  /** False positive rates, evenly from 0 to 1. */
  readonly fpr: number[];
  /** Lower limit of the true positive rate at each of them, in [0, 1]. */
  readonly low: number[];
  /** Upper limit, in [0, 1]. */
  readonly high: number[];
  readonly level: number;
  /** Resamples that lack a class; they are left out. */
  readonly undefinedResamples: number;
  /** Why the limits are NaN; null where they are defined. */
  readonly undefinedReason: string | null;
}

/**
 * Bootstrap band around a receiver operating characteristic: percentile limits of the true positive rate at each
 * false positive rate. At rate x a curve's value is the highest true positive rate that {@link rocCurve} reaches with
 * a false positive rate of x or less; points are not joined by lines, since there is no classifier between two thresholds.
 *
 * The level is pointwise: a whole curve leaves the band somewhere more often than 1 − level. The band of a perfect
 * classifier has no width (see {@link bootstrap}).
 *
 * @param truth N labels, 0 or 1.
 * @param scores N finite scores, higher for class 1.
 * @throws {InvalidArgumentError} on unequal lengths, a label other than 0 and 1, a score that is not finite, or
 *   options out of range.
 */
export function rocBand(truth: ArrayLike<number>, scores: ArrayLike<number>, options: BandOptions): RocBand {
  checkOptions(options, BAND);
  const { order, labels, ends } = scoreBlocks(truth, scores);
  const { grid, ...band } = pointwiseBand(
    order.length,
    (counts, points, values) => {
      let positives = 0;
      let negatives = 0;
      for (let k = 0; k < order.length; k++) {
        if (labels[k] === 1) positives += counts[order[k]!]!;
        else negatives += counts[order[k]!]!;
      }
      if (positives === 0 || negatives === 0) return false;
      let truePositives = 0;
      let falsePositives = 0;
      let point = 0;
      let k = 0;
      for (let block = 0; block < ends.length; block++) {
        let blockPositives = 0;
        for (; k < ends[block]!; k++) {
          if (labels[k] === 1) blockPositives += counts[order[k]!]!;
          else falsePositives += counts[order[k]!]!;
        }
        // Points that this block passes keep what was reached before it.
        const rate = falsePositives / negatives;
        while (points[point]! < rate) values[point++] = truePositives / positives;
        truePositives += blockPositives;
      }
      values.fill(1, point);
      return true;
    },
    options,
  );
  return { fpr: grid, ...band };
}

/** Limits of the precision at each recall. */
export interface PrecisionRecallBand {
  /** Recalls, evenly from 0 to 1. */
  readonly recall: number[];
  /** Lower limit of the precision at each of them, in [0, 1]. */
  readonly low: number[];
  /** Upper limit, in [0, 1]. */
  readonly high: number[];
  readonly level: number;
  /** Resamples without a sample of class 1; they are left out. */
  readonly undefinedResamples: number;
  /** Why the limits are NaN; null where they are defined. */
  readonly undefinedReason: string | null;
}

/**
 * Bootstrap band around a precision-recall curve: percentile limits of the precision at each recall. At recall r a
 * curve's value is the precision at the highest threshold that reaches r with at least one positive prediction.
 *
 * The level is pointwise: a whole curve leaves the band somewhere more often than 1 − level.
 * Precision depends on the prevalence among the samples, which varies over the resamples.
 *
 * @param truth N labels, 0 or 1.
 * @param scores N finite scores, higher for class 1.
 * @throws {InvalidArgumentError} on unequal lengths, a label other than 0 and 1, a score that is not finite, or
 *   options out of range.
 */
export function precisionRecallBand(
  truth: ArrayLike<number>,
  scores: ArrayLike<number>,
  options: BandOptions,
): PrecisionRecallBand {
  checkOptions(options, BAND);
  const { order, labels, ends } = scoreBlocks(truth, scores);
  const { grid, ...band } = pointwiseBand(
    order.length,
    (counts, points, values) => {
      let positives = 0;
      for (let k = 0; k < order.length; k++) if (labels[k] === 1) positives += counts[order[k]!]!;
      if (positives === 0) return false;
      let truePositives = 0;
      let predicted = 0;
      let point = 0;
      let k = 0;
      for (let block = 0; block < ends.length && point < points.length; block++) {
        for (; k < ends[block]!; k++) {
          const count = counts[order[k]!]!;
          predicted += count;
          if (labels[k] === 1) truePositives += count;
        }
        // A block without a drawn sample is not a threshold of this resample.
        if (predicted === 0) continue;
        const reached = truePositives / positives;
        while (points[point]! <= reached) values[point++] = truePositives / predicted;
      }
      return true;
    },
    options,
  );
  return { recall: grid, ...band };
}

/** Options of {@link rocBand} and {@link precisionRecallBand}. */
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

const BAND: OptionKinds<BandOptions> = {
  ...LEVEL,
  seed: "number",
  groups: "array?",
  resamples: "number?",
  points: "number?",
};

/** Limits at each point. */
interface PointwiseBand {
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
function pointwiseBand(
  size: number,
  curveOf: (counts: Uint32Array, grid: Float64Array, values: Float64Array) => boolean,
  options: BandOptions,
): PointwiseBand {
  const level = checkLevel(options);
  const resamples = checkResamples(options.resamples);
  const points = options.points ?? 101;
  checkInteger("points", points, { min: 2 });
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
    return undefinedFor("the curve of the samples is undefined because a class is missing", 0);
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
