import { normalCdf, normalQuantile } from "../math/normal.js";
import { valueAtRank } from "../math/numeric.js";

/** Limits of an interval. */
export interface Limits {
  readonly low: number;
  readonly high: number;
}

/** Limits between which the proportion `level` of the replicates lies (Efron 1981). */
export function percentileLimits(sorted: Float64Array, level: number): Limits {
  return { low: quantile(sorted, (1 - level) / 2), high: quantile(sorted, (1 + level) / 2) };
}

/**
 * Limits with correction for bias and skewness (Efron, "Better bootstrap confidence intervals", 1987; DiCiccio and
 * Efron, "Bootstrap confidence intervals", 1996). The bias is the normal quantile of the proportion of replicates below
 * the estimate, ties counting half. The acceleration is the skewness of the jackknife's values; over several strata,
 * Davison and Hinkley, "Bootstrap methods and their application" (1997), section 5.3.
 *
 * @param sorted Defined replicates, rising.
 * @param jackknife Of each stratum, the statistic with each unit left out in turn.
 * @returns null where a correction is undefined: every replicate on one side of the estimate, a statistic that is not
 *   finite or never changes in the jackknife, or a skewness so large that the limits would swap sides.
 */
export function bcaLimits(
  sorted: Float64Array,
  jackknife: readonly Float64Array[],
  estimate: number,
  level: number,
): Limits | null {
  const bias = biasOf(sorted, estimate);
  const acceleration = accelerationOf(jackknife);
  if (!Number.isFinite(bias) || !Number.isFinite(acceleration)) return null;
  const z = normalQuantile((1 + level) / 2);
  const share = (offset: number) => {
    const stretch = 1 - acceleration * (bias + offset);
    return stretch > 0 ? normalCdf(bias + (bias + offset) / stretch) : Number.NaN;
  };
  const shares = [share(-z), share(z)] as const;
  if (shares.some(Number.isNaN)) return null;
  return { low: quantile(sorted, shares[0]), high: quantile(sorted, shares[1]) };
}

/** Infinite where every replicate lies on one side of the estimate. */
export function biasOf(sorted: Float64Array, estimate: number): number {
  let below = 0;
  let equal = 0;
  for (const replicate of sorted) {
    if (replicate < estimate) below++;
    else if (replicate === estimate) equal++;
  }
  return normalQuantile((below + equal / 2) / sorted.length);
}

function accelerationOf(jackknife: readonly Float64Array[]): number {
  let cubes = 0;
  let squares = 0;
  for (const values of jackknife) {
    const units = values.length;
    const mean = values.reduce((sum, value) => sum + value, 0) / units;
    for (const value of values) {
      const influence = ((units - 1) * (mean - value)) / units;
      cubes += influence ** 3;
      squares += influence ** 2;
    }
  }
  return cubes / (6 * squares ** 1.5);
}

function quantile(sorted: Float64Array, share: number): number {
  return valueAtRank(sorted, share * (sorted.length - 1));
}
