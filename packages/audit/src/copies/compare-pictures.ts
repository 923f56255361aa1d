import { type ComparedImages, comparedContrast } from "./compared-pictures.js";
import type { ImageWindow } from "./copy-pair.js";
import type { Candidate } from "./find-candidates.js";
import { layOver } from "./lay-over.js";
import { correlationOf, localContrast } from "./local-contrast.js";
import { HASH_WORDS, hashDistance, NO_REFERENCE, writeHash } from "./perceptual-hash.js";
import { resample } from "./resample.js";
import { VIEWS, viewCoefficients } from "./views.js";

/** Half side of the square whose mean and spread are taken away before hashing, in pixels of the thumbnail. */
const HASH_RADIUS = 12;
/** Spread, in grey levels, that counts as none. */
const HASH_FLOOR = 4;
/** Part of a side that may be missing from a copy of the same field. */
const SAME_FIELD = 0.01;
/** Correlation below which a fit is not worth its last look; that of copies is 0.77 and more before it. */
const LEAST_FIT = 0.6;

/** How two pictures look when laid over each other. */
export interface Comparison {
  readonly correlation: number;
  /** Bits in which the hashes of signs differ. */
  readonly distance: number;
  /** Which one is a part of the other, and which part of the other; null where both show the same field. */
  readonly crop: { readonly of: "one" | "other"; readonly window: ImageWindow } | null;
}

/** Lays two pictures over each other as well as can be; `undefined` when they clearly do not match. */
export function compareImages(
  pictures: ComparedImages,
  { one, other, view, mirrored }: Pick<Candidate, "one" | "other" | "view" | "mirrored">,
): Comparison | undefined {
  const start = VIEWS[view]!;
  const seen = compareWindow(pictures, one, other, start, mirrored);
  if (view !== 0) return seen;
  // The whole of both looks alike: either may be the one that was cut a little.
  const reverse = compareWindow(pictures, other, one, start, mirrored);
  if (reverse === undefined || (seen !== undefined && seen.correlation >= reverse.correlation)) return seen;
  const { crop } = reverse;
  return { ...reverse, crop: crop && { ...crop, of: crop.of === "one" ? "other" : "one" } };
}

function compareWindow(
  pictures: ComparedImages,
  larger: number,
  smaller: number,
  view: ImageWindow,
  mirrored: boolean,
): Comparison | undefined {
  const whole = pictures.contrast(smaller, false);
  const fit = layOver(pictures.contrast(larger, mirrored), whole, mirrored ? mirrorWindow(view) : view);
  if (!(fit.correlation >= LEAST_FIT)) return undefined;
  // Cut first, then contrast: a square around a pixel covers the same part of both pictures now.
  const part = resample(pictures.thumbnail(larger, mirrored), fit.window);
  return {
    correlation: correlationOf(comparedContrast(part), whole),
    distance: hashDistance(signHash(part), 0, signHash(pictures.thumbnail(smaller, false)), 0),
    crop: cropOf(fit.window, mirrored),
  };
}

/** @param window Where the other picture lies in the (mirrored) one; it may reach beyond it. */
function cropOf(window: ImageWindow, mirrored: boolean): Comparison["crop"] {
  const shared = overlap(window);
  if (!isWhole(shared)) return { of: "other", window: mirrored ? mirrorWindow(shared) : shared };
  const { left, top, width, height } = window;
  const inverse = overlap({ left: -left / width, top: -top / height, width: 1 / width, height: 1 / height });
  return isWhole(inverse) ? null : { of: "one", window: inverse };
}

/** What of a window lies in the picture. */
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

function signHash(picture: ArrayLike<number>): Uint32Array {
  const hash = new Uint32Array(HASH_WORDS);
  const coefficients = viewCoefficients(localContrast(picture, HASH_RADIUS, HASH_FLOOR), 1);
  writeHash(coefficients, 0, NO_REFERENCE, false, hash, 0);
  return hash;
}
