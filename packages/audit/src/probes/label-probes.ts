import { type Fingerprint, THUMBNAIL_SIDE } from "../fingerprints/fingerprint.js";
import type { ProbeName } from "./verdict.js";

/** Rows and columns of what the thumbnail probe sees. */
export const THUMBNAIL_PROBE_SIDE = 16;

const BLOCK = THUMBNAIL_SIDE / THUMBNAIL_PROBE_SIDE;

/** The thumbnail of a fingerprint, averaged to 16 × 16 grey values from 0 to 255, row-major. */
export function thumbnailFeatures({ thumbnail }: Fingerprint): Float64Array {
  const features = new Float64Array(THUMBNAIL_PROBE_SIDE ** 2);
  for (let row = 0; row < THUMBNAIL_SIDE; row++) {
    const to = Math.floor(row / BLOCK) * THUMBNAIL_PROBE_SIDE;
    for (let column = 0; column < THUMBNAIL_SIDE; column++) {
      features[to + Math.floor(column / BLOCK)]! += thumbnail[row * THUMBNAIL_SIDE + column]! / BLOCK ** 2;
    }
  }
  return features;
}

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

/** What {@link sizeAndFormatFeatures} gives, in its order. */
export const SIZE_AND_FORMAT_FEATURES: readonly string[] = [
  "width",
  "height",
  "aspect ratio",
  "pixel count",
  "PNG",
];

/**
 * What is known of a file without looking at a pixel ({@link SIZE_AND_FORMAT_FEATURES}): logarithms to base 2 of columns,
 * rows, columns over rows, and columns times rows; 1 for a PNG and 0 for a JPEG.
 */
export function sizeAndFormatFeatures({ width, height, format }: Fingerprint): Float64Array {
  return Float64Array.of(
    Math.log2(width),
    Math.log2(height),
    Math.log2(width / height),
    Math.log2(width * height),
    format === "png" ? 1 : 0,
  );
}

/** Bins that each feature is cut into. */
export const QUANTILE_BINS = 8;

/** Adds to a row of features the bins in which they lie. */
export type BinnedRow = (row: ArrayLike<number>) => Float64Array;

/**
 * Cuts each feature at the quantiles of `rows` into up to {@link QUANTILE_BINS} bins of about equally many rows, so that
 * a linear probe can follow relations that are not monotone, such as one class in the middle of a range. A value that
 * many rows share makes fewer bins.
 *
 * @param rows One or more rows of equal length: those that the probe is fitted on, and no others.
 * @returns What gives the features of a row followed by one 0 or 1 for each bin of each feature.
 */
export function fitQuantileBins(rows: readonly ArrayLike<number>[]): BinnedRow {
  const edges = Array.from({ length: rows[0]!.length }, (_, column) =>
    edgesOf(Float64Array.from(rows, (row) => row[column]!).sort()),
  );
  const width = edges.reduce((sum, own) => sum + own.length + 1, edges.length);
  return (row) => {
    const binned = new Float64Array(width);
    let start = edges.length;
    for (const [column, own] of edges.entries()) {
      const value = row[column]!;
      binned[column] = value;
      binned[start + own.filter((edge) => value >= edge).length] = 1;
      start += own.length + 1;
    }
    return binned;
  };
}

/** Distinct lower edges of all bins but the first, ascending. */
function edgesOf(sorted: Float64Array): number[] {
  const edges = Array.from(
    { length: QUANTILE_BINS - 1 },
    (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / QUANTILE_BINS)]!,
  );
  // An edge at the lowest value would leave nothing below it.
  return [...new Set(edges)].filter((edge) => edge > sorted[0]!);
}

/** How a probe of the label is presented. */
export interface ProbePresentation {
  readonly name: ProbeName;
  readonly title: string;
  readonly description: string;
  /** Beginning of its sentence. */
  readonly subject: string;
  /** What it does without. */
  readonly without: string;
}

/** A probe of the label that reads fingerprints alone. */
export interface FingerprintProbe extends ProbePresentation {
  features(fingerprint: Fingerprint): Float64Array;
  readonly binned: boolean;
}

const CLASSIFIER = "by ridge regression";
const BINNED = `each also cut into quantile bins, ${CLASSIFIER}`;

/** The probes that look at no picture at network size. */
export const FINGERPRINT_PROBES: readonly FingerprintProbe[] = [
  {
    name: "thumbnail",
    title: "thumbnail alone",
    description:
      `Grey values of the picture averaged to ${THUMBNAIL_PROBE_SIDE} × ${THUMBNAIL_PROBE_SIDE} pixels ` +
      `(from ${THUMBNAIL_SIDE} × ${THUMBNAIL_SIDE}), ${CLASSIFIER}.`,
    subject: "A thumbnail of 16 × 16 pixels",
    without: "without any detail",
    features: thumbnailFeatures,
    binned: false,
  },
  {
    name: "grey-levels",
    title: "grey levels alone",
    description: `Statistics of the histogram (${GREY_LEVEL_FEATURES.join(", ")}), ${BINNED}.`,
    subject: "The histogram of grey levels alone",
    without: "without any shape",
    features: greyLevelFeatures,
    binned: true,
  },
  {
    name: "size-and-format",
    title: "size and format alone",
    description: `The file's ${SIZE_AND_FORMAT_FEATURES.join(", ")} (sizes as logarithms), ${BINNED}.`,
    subject: "The file's header (size and format) alone",
    without: "without any pixel",
    features: sizeAndFormatFeatures,
    binned: true,
  },
];

/** How the yardstick is presented: the whole picture, read as the covered ones are. */
export function wholeImageProbe(embedder: string): Pick<ProbePresentation, "name" | "title" | "description"> {
  return {
    name: "whole-image",
    title: "whole picture",
    description: `Nothing covered; ${embedder}, ${CLASSIFIER}.`,
  };
}

/** The probe of the border. */
export function borderProbe(embedder: string): ProbePresentation {
  return {
    name: "border",
    title: "border alone",
    description: `The outer tenth of each side, the rest black; ${embedder}, ${CLASSIFIER}.`,
    subject: "The border alone",
    without: "without the middle of the picture",
  };
}

/** The probe of the picture without lungs. @param masked Whether masks were given. */
export function lungsCoveredProbe(embedder: string, masked: boolean): ProbePresentation {
  const cover = masked ? "lung masks" : "two ellipses over the lungs";
  return {
    name: "lungs-covered",
    title: "lungs covered",
    description: `The picture with ${cover} in black; ${embedder}, ${CLASSIFIER}.`,
    subject: `The picture outside ${cover}`,
    without: masked ? "without what the masks cover" : "without what the ellipses cover",
  };
}

/** How a probe of the source is described. */
export function sourceProbeDescription(embedder: string): string {
  return `The whole picture; ${embedder}, ${CLASSIFIER} on the source.`;
}
