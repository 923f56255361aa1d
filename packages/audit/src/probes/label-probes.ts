import { type Fingerprint, THUMBNAIL_SIDE } from "../fingerprints/fingerprint.js";
import type { ProbeName } from "./verdict.js";

/** Rows and columns of the thumbnail probe. */
const THUMBNAIL_PROBE_SIDE = 16;

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

/** Names of the features of {@link greyLevelFeatures}, in order. */
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
 * Statistics of the grey-level histogram ({@link GREY_LEVEL_FEATURES}): mean, population standard deviation and percentiles
 * (the lowest level that at least so many pixels do not exceed) in grey levels from 0 to 255; skewness, 0 for an image of
 * one level; proportions of pixels at level 0 and 255; entropy in bits (Shannon 1948); number of levels in use.
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

/** Names of the features of {@link sizeAndFormatFeatures}, in order. */
export const SIZE_AND_FORMAT_FEATURES: readonly string[] = [
  "width",
  "height",
  "aspect ratio",
  "pixel count",
  "PNG",
];

/**
 * What a file's header says ({@link SIZE_AND_FORMAT_FEATURES}): base-2 logarithms of width, height, width over height, and
 * width times height; 1 for a PNG and 0 for a JPEG.
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

/** Most bins per feature. */
export const QUANTILE_BINS = 8;

/** Appends one-hot bins to a row of features. */
export type BinnedRow = (row: ArrayLike<number>) => Float64Array;

/**
 * Cuts each feature at the quantiles of `rows` into up to {@link QUANTILE_BINS} bins with about equally many rows, so that
 * a linear probe can follow relations that are not monotonic, such as one class in the middle of a range. Values that many
 * rows share make fewer bins.
 *
 * @param rows One or more rows of equal length: those that the probe is fitted to, and no others.
 * @returns A function from a row to its features, followed by a 0 or 1 for each bin of each feature.
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
  // An edge at the lowest value would leave an empty bin below it.
  return [...new Set(edges)].filter((edge) => edge > sorted[0]!);
}

/** How a label probe is presented. */
export interface ProbePresentation {
  readonly name: ProbeName;
  readonly title: string;
  readonly description: string;
  /** Subject of its sentence. */
  readonly subject: string;
  /** What it does not see. */
  readonly without: string;
}

/** A label probe that uses fingerprints alone. */
export interface FingerprintProbe extends ProbePresentation {
  features(fingerprint: Fingerprint): Float64Array;
  readonly binned: boolean;
}

const CLASSIFIER = "by ridge regression";
const BINNED = `each also cut into quantile bins, ${CLASSIFIER}`;

/** The probes that need no image at network size. */
export const FINGERPRINT_PROBES: readonly FingerprintProbe[] = [
  {
    name: "thumbnail",
    title: "thumbnail alone",
    description:
      `Grey values of the image averaged to ${THUMBNAIL_PROBE_SIDE} × ${THUMBNAIL_PROBE_SIDE} pixels ` +
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
    subject: "The grey-level histogram alone",
    without: "without any shape",
    features: greyLevelFeatures,
    binned: true,
  },
  {
    name: "size-and-format",
    title: "size and format alone",
    description: `The file's ${SIZE_AND_FORMAT_FEATURES.join(", ")} (sizes as logarithms), ${BINNED}.`,
    subject: "The file header alone (size and format)",
    without: "without any pixel",
    features: sizeAndFormatFeatures,
    binned: true,
  },
];

/** How the reference is presented: the whole image, with the feature extractor of the covered ones. */
export function wholeImageProbe(embedder: string): Pick<ProbePresentation, "name" | "title" | "description"> {
  return {
    name: "whole-image",
    title: "whole image",
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
    without: "without the middle of the image",
  };
}

/** The probe of the image with its lungs covered. @param masked Whether masks were given. */
export function lungsCoveredProbe(embedder: string, masked: boolean): ProbePresentation {
  const cover = masked ? "lung masks" : "two ellipses over the lungs";
  return {
    name: "lungs-covered",
    title: "lungs covered",
    description: `The image with ${cover} in black; ${embedder}, ${CLASSIFIER}.`,
    subject: `The image outside ${cover}`,
    without: masked ? "without the area under the masks" : "without the area under the ellipses",
  };
}

/** How a source probe is described. */
export function sourceProbeDescription(embedder: string): string {
  return `The whole image; ${embedder}, ${CLASSIFIER} on the source.`;
}
