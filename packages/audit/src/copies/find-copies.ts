import { setImmediate } from "node:timers/promises";
import { InvalidArgumentError } from "@covidxr/core";
import { DisjointSets, throwIfInterrupted } from "@covidxr/core/internal";
import { type Fingerprint, THUMBNAIL_SIDE } from "../fingerprints/fingerprint.js";
import { type Comparison, compareImages } from "./align.js";
import { type Candidate, findCandidates, type Pause } from "./candidates.js";
import { ComparedImages, hasStructure } from "./contrast.js";
import { HASH_BITS, type ImageWindow } from "./hash.js";

/**
 * How two files show the same picture.
 *
 * - `file`: the same bytes.
 * - `pixels`: the same decoded pixels in other bytes.
 * - `similar`: other pixels, such as a rescaled, recompressed, cropped or mirrored copy.
 */
export type CopyKind = "file" | "pixels" | "similar";

/** Two files that show the same picture. */
export interface CopyPair {
  /** Paths, `first` before `second` in the order of the fingerprints. */
  readonly first: string;
  readonly second: string;
  readonly kind: CopyKind;
  /**
   * Bits in which the perceptual hashes (signs of low-frequency cosine coefficients) differ when the two are laid over each
   * other, of {@link HASH_BITS}; 0 for equal pixels.
   */
  readonly distance: number;
  /**
   * Correlation of the two, laid over each other, from -1 to 1; 1 for equal pixels. It is of the local contrast, in which
   * brightness and the anatomy that all radiographs share count for little, so that different radiographs stay far below 1.
   */
  readonly correlation: number;
  /** Whether one is the mirror image (left to right) of the other. */
  readonly mirrored: boolean;
  /**
   * Whose picture is a part of the other's, and where in the other's it lies (as that is stored, not mirrored); null where
   * both show the same field to one hundredth of a side.
   */
  readonly crop: { readonly of: "first" | "second"; readonly window: ImageWindow } | null;
}

/** Options of {@link findCopies}. */
export interface FindCopiesOptions {
  /** Of the bits that hash tables look at. @defaultValue 0 */
  readonly seed?: number;
  /** Told how much of the work is done, in files: `done` rises to their number. Not called when there are none. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Stops the search. */
  readonly signal?: AbortSignal;
}

/**
 * Least correlation of a copy. Measured on all pairs of 296 real frontal radiographs (190 of covid-chestxray-dataset, 106
 * of chest-xray-pneumonia), laid over each other, and on copies made of them: pictures that were published twice have 0.92
 * and more, films of one patient on different days 0.87 and less, all others 0.73 and less. Of made copies the least were
 * at 0.98 (JPEG of quality 40), 0.92 (a quarter of the size), 0.99 (mirrored), 0.91 (cut on every side) and 0.91 (gamma
 * 2.2). The limit was chosen on these same pictures, the copies being made at sides of at most 900 pixels.
 */
const SIMILAR_CORRELATION = 0.9;
/** Most bits in which hashes of a copy may differ; measured likewise, the most were 23. */
const SIMILAR_DISTANCE = 32;
/** Share of the first round's work until candidates are known; the rest is to lay them over each other. */
const UNTIL_CANDIDATES = 0.6;

/**
 * Many copies of one picture fall into several groups, each picture having been compared with a few others only. So groups
 * are compared again, as long as more than this share of them was joined: their number falls by a constant factor, and all
 * rounds together take no longer than a few of the first.
 */
const LEAST_JOINED = 0.1;

/**
 * Finds the files that show the same picture: the same bytes, the same pixels, or a rescaled, recompressed, mirrored,
 * cropped (up to a tenth from each side) or otherwise exposed copy.
 *
 * Beyond equal bytes and pixels, not found are:
 *
 * - inverted copies, and copies turned by a few degrees: of 148 real radiographs, 101 were found turned by 1°, none by 3°.
 * - many copies with a border added around them: of the 148, 95 were found in a white frame of 4 % of the sides, 96 in a black
 *   one, and 71 in a black one of 10 %.
 * - pictures with a side below 32 pixels, and those of which less than half holds edges or texture: blank ones, a step, a
 *   disc, a gradient, and also a film of which half is blank, or in which less than about a fifth of the contrast is left.
 *   Any two of them would soon fit. Drawings with more in them, such as a frame around simple shapes, are still compared, and
 *   are given as copies when they are alike.
 *
 * The time grows as n log n with the number of files, whatever they show. Of pictures that belong together, as many pairs
 * are given as join them into one group, the most alike first: k copies of one picture are k - 1 pairs. Identical files are
 * paired with the first of them, and that one stands for them all in similar pairs.
 *
 * Which pictures belong together depends on the pictures and the seed, not on their order. Pairs to lay over each other are
 * found by hashing, so that one may be missed. Of copies made of the 296 real radiographs on which the limits were chosen,
 * all were joined with their originals after JPEG of quality 40 to 90, sizes of 25 % to 200 %, mirroring, cuts of up to a
 * tenth from each side, gamma 0.6 to 2.2, and several of these together; 288 after brightening that burnt out the light
 * parts. No different radiographs were taken for copies there; in larger collections, films of one patient taken alike on
 * following days come closest.
 *
 * The work is done in this thread, with a pause every few milliseconds, so that a signal can arrive.
 *
 * @param fingerprints Each path once.
 * @returns Pairs in the order of the fingerprints.
 * @throws {InvalidArgumentError} on a path that comes twice, a thumbnail of the wrong size, or a seed out of range.
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
  const places = placesOf(fingerprints);
  const pause = createPause(options, fingerprints.length, "looking for copies");
  const pairs: CopyPair[] = [];
  const files = new Map<string, Fingerprint>();
  const pictures = new Map<string, Fingerprint>();
  for (const fingerprint of fingerprints) {
    const file = files.get(fingerprint.fileDigest);
    const picture = pictures.get(fingerprint.pixelDigest);
    if (file !== undefined) pairs.push(equalPair(file, fingerprint, "file"));
    else {
      files.set(fingerprint.fileDigest, fingerprint);
      if (picture !== undefined) pairs.push(equalPair(picture, fingerprint, "pixels"));
      else pictures.set(fingerprint.pixelDigest, fingerprint);
    }
  }

  // By digest, so that the order of the fingerprints decides nothing but who is named first.
  const distinct: Fingerprint[] = [];
  for (const picture of pictures.values()) {
    await pause(0);
    if (hasStructure(picture)) distinct.push(picture);
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
    // Nobody knows how many rounds follow; most often none.
    progress = () => pause(0);
  } while (joined.length > LEAST_JOINED * compared.length);
  await pause(1);
  return pairs.sort(
    (a, b) => places.get(a.first)! - places.get(b.first)! || places.get(a.second)! - places.get(b.second)!,
  );
}

/** Compares pictures, notes in `groups` which belong together, and returns a pair for each two groups that became one. */
async function joinSimilar(
  compared: readonly Fingerprint[],
  groups: DisjointSets,
  places: ReadonlyMap<string, number>,
  seed: number,
  pause: Pause,
): Promise<CopyPair[]> {
  const pairs: CopyPair[] = [];
  const thumbnails = compared.map(({ thumbnail }) => thumbnail);
  const pictures = new ComparedImages(thumbnails);
  const candidates = await findCandidates(thumbnails, seed, (share) => pause(UNTIL_CANDIDATES * share));
  for (const [i, candidate] of candidates.entries()) {
    const one = compared[candidate.one]!;
    const other = compared[candidate.other]!;
    if (groups.find(one.path) === groups.find(other.path)) continue;
    await pause(UNTIL_CANDIDATES + ((1 - UNTIL_CANDIDATES) * i) / candidates.length);
    const comparison = compareImages(pictures, candidate);
    if (comparison === undefined || !isCopy(comparison)) continue;
    groups.join(one.path, other.path);
    pairs.push(similarPair(one, other, candidate, comparison, places));
  }
  return pairs;
}

/** The first picture of each group of several. */
function firstOfGroups(pictures: readonly Fingerprint[], groups: DisjointSets): Fingerprint[] {
  const sizes = new Map<string, number>();
  const roots = pictures.map(({ path }) => groups.find(path));
  for (const root of roots) sizes.set(root, (sizes.get(root) ?? 0) + 1);
  const seen = new Set<string>();
  return pictures.filter((_, i) => {
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
        message: `expected each path once, got ${path} twice; take each file's fingerprint once`,
      });
    }
    if (thumbnail.length !== THUMBNAIL_SIDE ** 2) {
      throw new InvalidArgumentError({
        parameter: "fingerprints",
        value: thumbnail.length,
        message:
          `expected thumbnails of ${THUMBNAIL_SIDE ** 2} values, got ${thumbnail.length} for ${path}; ` +
          "make them by fingerprintImage",
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
 * Makes a {@link Pause} that tells progress in whole numbers up to `total`, each at most once and rising.
 *
 * @returns What rejects with {@link InterruptedError} once `signal` has fired.
 */
export function createPause(
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
    await setImmediate();
    throwIfInterrupted(signal, operation);
    const done = Math.floor(share * total);
    if (done <= told) return;
    told = done;
    onProgress?.({ done, total });
  };
}
