import { InvalidArgumentError } from "@covidxr/core";
import { checkArguments, checkOptions, DisjointSets, throwIfInterrupted } from "@covidxr/core/internal";
import { type Fingerprint, THUMBNAIL_SIDE } from "../fingerprints/fingerprint.js";
import { nextTurn } from "../next-turn.js";
import { type Comparison, compareImages } from "./align.js";
import { type Candidate, findCandidates, type Pause } from "./candidates.js";
import { ComparedImages, hasStructure } from "./contrast.js";
import type { ImageWindow } from "./hash.js";

/**
 * How two files show the same image.
 *
 * - `file`: the same bytes.
 * - `pixels`: the same decoded pixels in other bytes.
 * - `similar`: other pixels, such as a rescaled, recompressed, cropped or mirrored copy.
 */
export type CopyKind = "file" | "pixels" | "similar";

/** Two files that show the same image. */
export interface CopyPair {
  /** Paths, `first` before `second` in the order of the fingerprints. */
  readonly first: string;
  readonly second: string;
  readonly kind: CopyKind;
  /**
   * Number of differing bits, of 128, of the perceptual hashes (signs of low-frequency cosine coefficients) of the aligned
   * images; 0 for equal pixels.
   */
  readonly distance: number;
  /**
   * Correlation of the aligned images, from -1 to 1; 1 for equal pixels. It compares local contrast, in which brightness and
   * the anatomy common to all radiographs count for little, so different radiographs stay far below 1.
   */
  readonly correlation: number;
  /** Whether one is the mirror image (left to right) of the other. */
  readonly mirrored: boolean;
  /**
   * Which image is a crop of the other, and where it lies in the other as stored, in fractions of its sides; null where
   * both show the same field to within one hundredth of a side.
   */
  readonly crop: { readonly of: "first" | "second"; readonly window: ImageWindow } | null;
}

/** Options of {@link findCopies}. */
export interface FindCopiesOptions {
  /** Seed of the bits that hash tables use. @defaultValue 0 */
  readonly seed?: number;
  /** Called with the progress in files; not called when there are none. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Stops the search. */
  readonly signal?: AbortSignal;
}

/**
 * Least correlation of a copy. Measured on all pairs of 296 real frontal radiographs (190 of covid-chestxray-dataset, 106
 * of chest-xray-pneumonia), aligned, and on copies made from them: images published twice have at least 0.92, radiographs
 * of one patient on different days at most 0.87, all others at most 0.73. The lowest correlations of made copies were 0.98
 * (JPEG quality 40), 0.92 (quarter size), 0.99 (mirrored), 0.91 (cropped on every side) and 0.91 (gamma 2.2). The limit
 * was chosen on these same images; copies were made at sides of at most 900 pixels.
 */
const SIMILAR_CORRELATION = 0.9;
/** Most differing bits of a copy; in the same measurements the most were 23. */
const SIMILAR_DISTANCE = 32;
/** Proportion of the first round's work spent on finding candidates; the rest goes into aligning them. */
const UNTIL_CANDIDATES = 0.6;

/**
 * Each image is compared with a few others only, so many copies of one image fall into several groups. Groups are compared
 * again while more than this proportion of them was merged: their number falls by a constant factor, and all rounds
 * together take no longer than a few of the first.
 */
const LEAST_JOINED = 0.1;

/**
 * Finds files that show the same image: identical bytes, identical pixels, or a rescaled, recompressed, mirrored, cropped
 * (up to a tenth from each side) or differently exposed copy.
 *
 * Apart from equal bytes and pixels, it does not find:
 *
 * - inverted copies, and copies rotated by a few degrees: of 148 real radiographs, 101 were found rotated by 1°, none by 3°.
 * - many copies with an added border: of the 148, 95 were found in a white frame of 4 % of the sides, 96 in a black one, and
 *   71 in a black one of 10 %.
 * - images with a side below 32 pixels, and those with edges or texture in less than half of their area: blank images, a
 *   step, a disc, a gradient, but also a radiograph that is half blank or has less than about a fifth of its contrast left.
 *   Any two of these would match. Drawings with more content, such as a frame around simple shapes, are compared, and
 *   count as copies when they are alike.
 *
 * Time grows as n log n with the number of files, whatever they show. Copies of one image are returned as a spanning set of
 * pairs, the most similar first: k copies give k - 1 pairs. Identical files are paired with the first of them, which
 * represents them in similar pairs.
 *
 * The groups depend on the images and the seed, not on the order of the files. Candidate pairs are found by hashing, so a
 * copy may be missed. Of copies made from the 296 real radiographs on which the limits were chosen, all were joined with
 * their originals after JPEG of quality 40 to 90, sizes of 25 % to 200 %, mirroring, crops of up to a tenth from each side,
 * gamma 0.6 to 2.2, and combinations of these; 288 after brightening that clipped the highlights. No different radiographs
 * were called copies; in larger collections, similar radiographs of one patient on consecutive days come closest.
 *
 * Runs on the calling thread, yielding every few milliseconds so that a signal can arrive.
 *
 * @param fingerprints Each path once.
 * @returns Pairs in the order of the fingerprints.
 * @throws {InvalidArgumentError} on a repeated path, a thumbnail of the wrong size, or a seed out of range.
 * @throws {InterruptedError} when `signal` fires.
 *
 * @example
 * ```ts
 * import { copyFile } from "node:fs/promises";
 * import { findCopies, fingerprintImages } from "@covidxr/audit";
 *
 * await copyFile("images/covid/c0-0.png", "copy.png");
 * const { fingerprints } = await fingerprintImages(["images/covid/c0-0.png", "images/normal/n0-0.png", "copy.png"]);
 * const [pair] = await findCopies(fingerprints);
 * console.log(pair?.first, pair?.second, pair?.kind); // images/covid/c0-0.png copy.png file
 * ```
 */
export async function findCopies(
  fingerprints: readonly Fingerprint[],
  options: FindCopiesOptions = {},
): Promise<CopyPair[]> {
  checkArguments({ fingerprints }, { fingerprints: "objects" });
  checkOptions(options, { seed: "number?", onProgress: "function?", signal: "object?" });
  const places = placesOf(fingerprints);
  const pause = createPause(options, fingerprints.length, "looking for copies");
  const pairs: CopyPair[] = [];
  const files = new Map<string, Fingerprint>();
  const images = new Map<string, Fingerprint>();
  for (const fingerprint of fingerprints) {
    const file = files.get(fingerprint.fileDigest);
    const image = images.get(fingerprint.pixelDigest);
    if (file !== undefined) pairs.push(equalPair(file, fingerprint, "file"));
    else {
      files.set(fingerprint.fileDigest, fingerprint);
      if (image !== undefined) pairs.push(equalPair(image, fingerprint, "pixels"));
      else images.set(fingerprint.pixelDigest, fingerprint);
    }
  }

  // By digest, so that the order of the fingerprints only decides which file is named first.
  const distinct: Fingerprint[] = [];
  for (const image of images.values()) {
    await pause(0);
    if (hasStructure(image)) distinct.push(image);
  }
  distinct.sort((a, b) => (a.pixelDigest < b.pixelDigest ? -1 : 1));
  const groups = new DisjointSets();
  let compared = distinct;
  let joined: CopyPair[];
  let progress = pause;
  do {
    joined = await joinSimilar(compared, groups, places, options.seed ?? 0, progress);
    for (const pair of joined) pairs.push(pair);
    compared = firstOfGroups(distinct, groups);
    // The number of further rounds is unknown, usually none.
    progress = () => pause(0);
  } while (joined.length > LEAST_JOINED * compared.length);
  await pause(1);
  return pairs.sort(
    (a, b) => places.get(a.first)! - places.get(b.first)! || places.get(a.second)! - places.get(b.second)!,
  );
}

/** Compares images, merges groups of copies, and returns the pair that caused each merge. */
async function joinSimilar(
  compared: readonly Fingerprint[],
  groups: DisjointSets,
  places: ReadonlyMap<string, number>,
  seed: number,
  pause: Pause,
): Promise<CopyPair[]> {
  const pairs: CopyPair[] = [];
  const thumbnails = compared.map(({ thumbnail }) => thumbnail);
  const images = new ComparedImages(thumbnails);
  const candidates = await findCandidates(thumbnails, seed, (share) => pause(UNTIL_CANDIDATES * share));
  for (const [i, candidate] of candidates.entries()) {
    const one = compared[candidate.one]!;
    const other = compared[candidate.other]!;
    if (groups.find(one.path) === groups.find(other.path)) continue;
    await pause(UNTIL_CANDIDATES + ((1 - UNTIL_CANDIDATES) * i) / candidates.length);
    const comparison = compareImages(images, candidate);
    if (comparison === undefined || !isCopy(comparison)) continue;
    groups.join(one.path, other.path);
    pairs.push(similarPair(one, other, candidate, comparison, places));
  }
  return pairs;
}

/** The first image of each group of several. */
function firstOfGroups(images: readonly Fingerprint[], groups: DisjointSets): Fingerprint[] {
  const sizes = new Map<string, number>();
  const roots = images.map(({ path }) => groups.find(path));
  for (const root of roots) sizes.set(root, (sizes.get(root) ?? 0) + 1);
  const seen = new Set<string>();
  return images.filter((_, i) => {
    const root = roots[i]!;
    if (seen.has(root)) return false;
    seen.add(root);
    return sizes.get(root)! > 1;
  });
}

function placesOf(fingerprints: readonly Fingerprint[]): Map<string, number> {
  const places = new Map<string, number>();
  for (const [i, { path, thumbnail }] of fingerprints.entries()) {
    if (places.has(path)) {
      throw new InvalidArgumentError({
        parameter: "fingerprints",
        value: path,
        message: `expected each path once, got ${path} twice; pass one fingerprint per file`,
      });
    }
    if (thumbnail.length !== THUMBNAIL_SIDE ** 2) {
      throw new InvalidArgumentError({
        parameter: "fingerprints",
        value: thumbnail.length,
        message:
          `expected thumbnails of ${THUMBNAIL_SIDE ** 2} values, got ${thumbnail.length} for ${path}; ` +
          "take them from fingerprintImage",
      });
    }
    places.set(path, i);
  }
  return places;
}

function isCopy({ correlation, distance }: Comparison): boolean {
  return correlation >= SIMILAR_CORRELATION && distance <= SIMILAR_DISTANCE;
}

function equalPair(first: Fingerprint, second: Fingerprint, kind: "file" | "pixels"): CopyPair {
  return {
    first: first.path,
    second: second.path,
    kind,
    distance: 0,
    correlation: 1,
    mirrored: false,
    crop: null,
  };
}

function similarPair(
  one: Fingerprint,
  other: Fingerprint,
  { mirrored }: Candidate,
  { correlation, distance, crop }: Comparison,
  places: ReadonlyMap<string, number>,
): CopyPair {
  const oneFirst = places.get(one.path)! < places.get(other.path)!;
  return {
    first: oneFirst ? one.path : other.path,
    second: oneFirst ? other.path : one.path,
    kind: "similar",
    distance,
    correlation,
    mirrored,
    crop: crop && { of: (crop.of === "one") === oneFirst ? "first" : "second", window: crop.window },
  };
}

/**
 * Creates a {@link Pause} that yields to the event loop, reports progress in rising integers up to `total`, and rejects with
 * {@link InterruptedError} once `signal` has fired.
 */
function createPause(
  {
    signal,
    onProgress,
  }: {
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
  },
  total: number,
  operation: string,
): Pause {
  let told = 0;
  return async (share) => {
    await nextTurn();
    throwIfInterrupted(signal, operation);
    const done = Math.floor(share * total);
    if (done <= told) return;
    told = done;
    onProgress?.({ done, total });
  };
}
