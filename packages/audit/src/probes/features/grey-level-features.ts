import type { Fingerprint } from "../../fingerprints/fingerprint.js";

/** Percentiles among {@link GREY_LEVEL_FEATURES}. */
const PERCENTILES = [1, 5, 10, 25, 50, 75, 90, 95, 99] as const;

/** Brightest of the 256 grey levels. */
const WHITE = 255;

/** What {@link greyLevelFeatures} gives, in its order. */
export const GREY_LEVEL_FEATURES: readonly string[] = [
  "mean",
  "standard deviation",
  "skewness",
  ...PERCENTILES.map((percentile) => `percentile ${percentile}`),
  "share of black",
  "share of white",
  "entropy",
  "levels in use",
];

/**
 * How bright the pixels of a picture are, whatever their place ({@link GREY_LEVEL_FEATURES}): mean, population standard
 * deviation and percentiles (the lowest level that at least so many pixels do not exceed) in grey levels from 0 to 255;
 * skewness, 0 for a picture of one level; shares of the pixels at level 0 and 255; entropy of the level in bits
 * (Shannon 1948); number of levels that occur.
 */
export function greyLevelFeatures({ histogram }: Fingerprint): Float64Array {
  let total = 0;
  let mean = 0;
  for (const [level, share] of histogram.entries()) {
    total += share;
    mean += level * share;
  }
  mean /= total;
  let second = 0;
  let third = 0;
  let entropy = 0;
  let used = 0;
  for (const [level, counted] of histogram.entries()) {
    if (counted === 0) continue;
    const share = counted / total;
    second += share * (level - mean) ** 2;
    third += share * (level - mean) ** 3;
    entropy -= share * Math.log2(share);
    used++;
  }
  return Float64Array.of(
    mean,
    Math.sqrt(second),
    used > 1 ? third / second ** 1.5 : 0,
    ...percentiles(histogram, total),
    histogram[0]! / total,
    histogram[WHITE]! / total,
    entropy,
    used,
  );
}

function percentiles(histogram: Float32Array, total: number): number[] {
  return PERCENTILES.map((percentile) => {
    let level = 0;
    let below = histogram[0]!;
    while (level < WHITE && below < (percentile / 100) * total) below += histogram[++level]!;
    return level;
  });
}
