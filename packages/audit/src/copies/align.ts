import { THUMBNAIL_SIDE } from "../fingerprints/fingerprint.js";
import type { Candidate } from "./candidates.js";
import {
  type ComparedImages,
  comparedContrast,
  correlationOf,
  localContrast,
  positionsIn,
  resample,
} from "./contrast.js";
import {
  HASH_WORDS,
  hashDistance,
  type ImageWindow,
  NO_REFERENCE,
  VIEWS,
  viewCoefficients,
  writeHash,
} from "./hash.js";

/** Half side of the square whose mean and spread are taken away before hashing, in pixels of the thumbnail. */
const HASH_RADIUS = 12;
/** Spread, in grey levels, that counts as none. */
const HASH_FLOOR = 4;
/** Fraction of a side that may be missing from a copy of the same field. */
const SAME_FIELD = 0.01;
/** Correlation below which a fit is rejected before the final comparison; copies have at least 0.77 there. */
const LEAST_FIT = 0.6;

/** Similarity of two aligned images. */
export interface Comparison {
  readonly correlation: number;
  /** Number of differing bits of the sign hashes. */
  readonly distance: number;
  /** Which one is a crop of the other, and its window in the other; null where both show the same field. */
  readonly crop: { readonly of: "one" | "other"; readonly window: ImageWindow } | null;
}

/** Aligns two images and compares them; `undefined` when they clearly do not match. */
export function compareImages(
  images: ComparedImages,
  { one, other, view, mirrored }: Pick<Candidate, "one" | "other" | "view" | "mirrored">,
): Comparison | undefined {
  const start = VIEWS[view]!;
  const seen = compareWindow(images, one, other, start, mirrored);
  if (view !== 0) return seen;
  // Both resemble each other as a whole: either may be slightly cropped.
  const reverse = compareWindow(images, other, one, start, mirrored);
  if (reverse === undefined || (seen !== undefined && seen.correlation >= reverse.correlation)) return seen;
  const { crop } = reverse;
  return { ...reverse, crop: crop && { ...crop, of: crop.of === "one" ? "other" : "one" } };
}

function compareWindow(
  images: ComparedImages,
  larger: number,
  smaller: number,
  view: ImageWindow,
  mirrored: boolean,
): Comparison | undefined {
  const whole = images.contrast(smaller, false);
  const fit = align(images.contrast(larger, mirrored), whole, mirrored ? mirrorWindow(view) : view);
  if (!(fit.correlation >= LEAST_FIT)) return undefined;
  // Crop first, then contrast: a square around a pixel now covers the same part of both images.
  const part = resample(images.thumbnail(larger, mirrored), fit.window);
  return {
    correlation: correlationOf(comparedContrast(part), whole),
    distance: hashDistance(signHash(part), 0, signHash(images.thumbnail(smaller, false)), 0),
    crop: cropOf(fit.window, mirrored),
  };
}

/** @param window Where the other image lies in the (mirrored) one; it may reach beyond it. */
function cropOf(window: ImageWindow, mirrored: boolean): Comparison["crop"] {
  const shared = overlap(window);
  if (!isWhole(shared)) return { of: "other", window: mirrored ? mirrorWindow(shared) : shared };
  const { left, top, width, height } = window;
  const inverse = overlap({ left: -left / width, top: -top / height, width: 1 / width, height: 1 / height });
  return isWhole(inverse) ? null : { of: "one", window: inverse };
}

/** Part of a window inside the image. */
function overlap({ left, top, width, height }: ImageWindow): ImageWindow {
  const begin = { left: Math.max(left, 0), top: Math.max(top, 0) };
  return {
    ...begin,
    width: Math.min(left + width, 1) - begin.left,
    height: Math.min(top + height, 1) - begin.top,
  };
}

function isWhole({ left, top, width, height }: ImageWindow): boolean {
  return Math.max(left, top, 1 - left - width, 1 - top - height) < SAME_FIELD;
}

function mirrorWindow(window: ImageWindow): ImageWindow {
  return { ...window, left: 1 - window.left - window.width };
}

function signHash(image: ArrayLike<number>): Uint32Array {
  const hash = new Uint32Array(HASH_WORDS);
  const coefficients = viewCoefficients(localContrast(image, HASH_RADIUS, HASH_FLOOR), 1);
  writeHash(coefficients, 0, NO_REFERENCE, false, hash, 0);
  return hash;
}

const SIDE = THUMBNAIL_SIDE;
const PIXELS = SIDE * SIDE;
/** Most steps of a fit; copies need four to eight. */
const STEPS = 16;
/**
 * Least correlation of a fit before the first, second, third and all further steps. The lowest of 1,480 copies of real
 * radiographs (cropped, mirrored, brightened) were 0.34, 0.55, 0.63 and 0.74; nine in ten pairs of different ones start
 * below 0.48.
 */
const WORTH_FOLLOWING = [0.25, 0.45, 0.55, 0.6] as const;
/** Gain in correlation below which the fit has converged. */
const LEAST_GAIN = 1e-4;
/** Smallest fraction of a step to try after it failed. */
const SMALLEST_SHARE = 0.25;
/** Smallest side of a window: a tenth cropped from each side, and some margin. */
const SMALLEST_SIDE = 0.65;
/** How far a window may reach beyond the image, which is extended by its edge values: both copies may be cropped. */
const RIM = 0.05;
const LONGEST_STEP = 2 / SIDE;

/** Best match of the whole of one image within another. */
export interface Fit {
  readonly correlation: number;
  readonly window: ImageWindow;
}

/**
 * Finds the window of `image` that best matches `whole`: Gauss–Newton steps on the sum of squared differences between the
 * two, each normalised to mean 0 and length 1 (Lucas and Kanade 1981; Evangelidis and Psarakis, "Parametric image alignment
 * using enhanced correlation coefficient maximization", IEEE TPAMI 30:1858–1865, 2008).
 *
 * @param image, whole Local contrast, {@link THUMBNAIL_SIDE}² values each.
 * @param start Initial window, at most about 1.5 pixels from the best one.
 */
export function align(image: Float32Array, whole: Float32Array, start: ImageWindow): Fit {
  const target = normalize(new Float64Array(whole));
  let window = start;
  let seen = sampleView(image, window);
  let correlation = dot(seen.values, target);
  let share = 1;
  for (let step = 0; step < STEPS && share >= SMALLEST_SHARE; step++) {
    if (!(correlation >= (WORTH_FOLLOWING[step] ?? WORTH_FOLLOWING[3]))) break;
    const move = gaussNewtonStep(seen, target, correlation);
    if (move === undefined) break;
    const next = moved(
      window,
      move.map((each) => each * share),
    );
    const view = sampleView(image, next);
    const better = dot(view.values, target);
    const gain = better - correlation;
    if (!(gain > 0)) {
      // Too far, or stopped by the edge of the image.
      share /= 2;
      continue;
    }
    share = 1;
    window = next;
    seen = view;
    correlation = better;
    if (gain < LEAST_GAIN) break;
  }
  return { correlation, window };
}

interface View {
  /** Mean 0, length 1. */
  readonly values: Float64Array;
  /** Slopes in x and y per side of the image, in units of `values`. */
  readonly slopeX: Float64Array;
  readonly slopeY: Float64Array;
}

function sampleView(image: Float32Array, { left, top, width, height }: ImageWindow): View {
  const values = new Float64Array(PIXELS);
  const slopeX = new Float64Array(PIXELS);
  const slopeY = new Float64Array(PIXELS);
  const xs = positionsIn(left, width);
  const ys = positionsIn(top, height);
  let to = 0;
  for (let i = 0; i < SIDE; i++) {
    const row = ys.first[i]! * SIDE;
    const below = ys.rest[i]!;
    for (let j = 0; j < SIDE; j++, to++) {
      const at = row + xs.first[j]!;
      const right = xs.rest[j]!;
      const a = image[at]!;
      const b = image[at + 1]!;
      const c = image[at + SIDE]!;
      const d = image[at + SIDE + 1]!;
      const upper = a + (b - a) * right;
      const lower = c + (d - c) * right;
      values[to] = upper + (lower - upper) * below;
      slopeX[to] = (b - a + (d - c - b + a) * below) * SIDE;
      slopeY[to] = (lower - upper) * SIDE;
    }
  }
  const length = centre(values);
  const scale = length > 0 ? 1 / length : 0;
  for (let i = 0; i < PIXELS; i++) {
    values[i]! *= scale;
    slopeX[i]! *= scale;
    slopeY[i]! *= scale;
  }
  return { values, slopeX, slopeY };
}

/** Change of [left, top, width, height] that would make the views equal if the images were linear. */
function gaussNewtonStep(seen: View, target: Float64Array, correlation: number): number[] | undefined {
  if (!(correlation > 0)) return undefined;
  const { values, slopeX, slopeY } = seen;
  const products = new Float64Array(10);
  const residuals = new Float64Array(4);
  const sums = new Float64Array(4);
  const along = new Float64Array(4);
  for (let i = 0, at = 0; i < SIDE; i++) {
    // Derivatives at (x, y) are slopeX, slopeY, slopeX * x and slopeY * y; y stays the same within a row.
    const y = (i + 0.5) / SIDE;
    let [xx, xy, yy, xxu, xyu, xxuu] = [0, 0, 0, 0, 0, 0];
    let [sumX, sumY, sumXu, alongX, alongY, alongXu, restX, restY, restXu] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
    for (let j = 0; j < SIDE; j++, at++) {
      const dx = slopeX[at]!;
      const dy = slopeY[at]!;
      const dxu = (dx * (j + 0.5)) / SIDE;
      const value = values[at]!;
      // The residual of the best scale is orthogonal to the view.
      const residual = target[at]! / correlation - value;
      xx += dx * dx;
      xy += dx * dy;
      yy += dy * dy;
      xxu += dx * dxu;
      xyu += dy * dxu;
      xxuu += dxu * dxu;
      sumX += dx;
      sumY += dy;
      sumXu += dxu;
      alongX += dx * value;
      alongY += dy * value;
      alongXu += dxu * value;
      restX += dx * residual;
      restY += dy * residual;
      restXu += dxu * residual;
    }
    // By rows of the lower triangle.
    add(products, [xx, xy, yy, xxu, xyu, xxuu, xy * y, yy * y, xyu * y, yy * y * y]);
    add(residuals, [restX, restY, restXu, restY * y]);
    add(sums, [sumX, sumY, sumXu, sumY * y]);
    add(along, [alongX, alongY, alongXu, alongY * y]);
  }
  const equations = Array.from(residuals, (residual) => [0, 0, 0, 0, residual]);
  for (let k = 0, at = 0; k < 4; k++) {
    for (let m = 0; m <= k; m++, at++) {
      // Changes of the view's mean and length do not count, so they are projected out of the derivatives.
      const product = products[at]! - (sums[k]! * sums[m]!) / PIXELS - along[k]! * along[m]!;
      equations[k]![m] = product;
      equations[m]![k] = product;
    }
  }
  const solution = solve(equations);
  if (solution === undefined) return undefined;
  const longest = Math.max(...solution.map(Math.abs));
  return longest > LONGEST_STEP ? solution.map((each) => (each * LONGEST_STEP) / longest) : solution;
}

function add(totals: Float64Array, terms: readonly number[]): void {
  for (let i = 0; i < totals.length; i++) totals[i]! += terms[i]!;
}

/** Solves four equations with the right side in the fifth column (Gauss); `undefined` when they are singular. */
function solve(rows: number[][]): number[] | undefined {
  for (let k = 0; k < 4; k++) {
    let pivot = k;
    for (let i = k + 1; i < 4; i++) if (Math.abs(rows[i]![k]!) > Math.abs(rows[pivot]![k]!)) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    const head = rows[k]![k]!;
    if (!(Math.abs(head) > 1e-9)) return undefined;
    for (let i = 0; i < 4; i++) {
      if (i === k) continue;
      const factor = rows[i]![k]! / head;
      for (let m = k; m < 5; m++) rows[i]![m]! -= factor * rows[k]![m]!;
    }
  }
  return rows.map((row, k) => row[4]! / row[k]!);
}

/** The window moved, within its limits. */
function moved(window: ImageWindow, [left, top, width, height]: number[]): ImageWindow {
  const [newLeft, newWidth] = inside(window.left + left!, window.width + width!);
  const [newTop, newHeight] = inside(window.top + top!, window.height + height!);
  return { left: newLeft, top: newTop, width: newWidth, height: newHeight };
}

function inside(begin: number, length: number): [number, number] {
  const end = Math.min(Math.max(begin + length, SMALLEST_SIDE - RIM), 1 + RIM);
  const kept = Math.min(Math.max(begin, -RIM), end - SMALLEST_SIDE);
  return [kept, end - kept];
}

/** Subtracts the mean and returns the length of the rest. */
function centre(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < PIXELS; i++) sum += values[i]!;
  const mean = sum / PIXELS;
  let squares = 0;
  for (let i = 0; i < PIXELS; i++) {
    const value = values[i]! - mean;
    values[i] = value;
    squares += value * value;
  }
  return Math.sqrt(squares);
}

function normalize(values: Float64Array): Float64Array {
  const length = centre(values);
  for (let i = 0; i < PIXELS; i++) values[i] = length > 0 ? values[i]! / length : 0;
  return values;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < PIXELS; i++) sum += a[i]! * b[i]!;
  return sum;
}
