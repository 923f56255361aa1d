import { createRng, type Rng } from "@covidxr/core";
import { localContrast } from "./contrast.js";
import {
  HASH_BITS,
  HASH_WORDS,
  hashDistance,
  medianCoefficient,
  NO_REFERENCE,
  VIEWS,
  viewCoefficients,
  writeHash,
} from "./hash.js";

/** Yields, so that a signal can arrive; `share` is the proportion of the work done, from 0 to 1. */
export type Pause = (share: number) => Promise<void>;

/** Half side of the square whose mean and spread are removed before hashing, in pixels of the thumbnail. */
const CONTRAST_RADIUS = 12;
/** Spread, in grey levels, that counts as none. */
const CONTRAST_FLOOR = 4;
/** Hash tables per reference. */
const TABLES = 10;
/** Most entries of a bucket that are compared with a view. */
const NEIGHBOURS = 16;
/**
 * Most differing bits between a view and a copy. Of 6,216 copies made from 296 real radiographs the furthest was at 27 (half
 * of the random crops within 15); of pairs of different radiographs, one in ten is within 38 and one in a hundred within 30.
 */
const LARGEST_DISTANCE = 34;
/** Most candidate pairs per image, those of the smallest distance. */
const CANDIDATES = 6;

/** Proportion of the work before views are looked up. */
const BEFORE_VIEWS = 0.1;

/** Two images that may be copies: a view of `one` resembles the whole of `other`. */
export interface Candidate {
  /** Positions in the list of thumbnails. */
  readonly one: number;
  readonly other: number;
  /** Position in {@link VIEWS}. */
  readonly view: number;
  /** Whether the mirror image of the view resembles the other image. */
  readonly mirrored: boolean;
  /** Number of differing bits of the hashes. */
  readonly distance: number;
}

/**
 * Finds the pairs of images worth aligning, in O(n log n) for n images, whatever they show: each image enters hash tables
 * as a whole and looks up its {@link VIEWS} and their mirror images. Half of the tables hold hashes relative to the median
 * of the collection, in which common anatomy cancels. The other half hold the signs of coefficients, which also work for
 * two images, or where most are copies of one.
 *
 * @param thumbnails Distinct, with enough structure; their order breaks ties.
 * @param pause Awaited regularly, with the proportion of the work done.
 * @returns At most {@link CANDIDATES} per image, each pair once, by increasing distance.
 */
export async function findCandidates(
  thumbnails: readonly Uint8Array[],
  seed: number,
  pause: Pause,
): Promise<Candidate[]> {
  const count = thumbnails.length;
  const wholes: Float32Array[] = [];
  for (const [i, thumbnail] of thumbnails.entries()) {
    await pause((BEFORE_VIEWS * i) / count);
    wholes.push(viewCoefficients(contrastOf(thumbnail), 1));
  }
  const median = new Float32Array(HASH_BITS);
  for (const k of median.keys()) {
    await pause(BEFORE_VIEWS);
    median[k] = medianCoefficient(wholes, k);
  }
  const families: { reference: Float32Array; hashes: Uint32Array; tables: HashTable[] }[] = [];
  for (const [family, reference] of [median, NO_REFERENCE].entries()) {
    const hashes = new Uint32Array(count * HASH_WORDS);
    for (const [i, whole] of wholes.entries()) writeHash(whole, 0, reference, false, hashes, i * HASH_WORDS);
    const tables: HashTable[] = [];
    for (let index = 0; index < TABLES; index++) {
      await pause(BEFORE_VIEWS);
      tables.push(new HashTable(hashes, createRng(seed, { purpose: "copies", epoch: family, index })));
    }
    families.push({ reference, hashes, tables });
  }

  const best = new Map<number, Candidate>();
  const distances = new Uint8Array(count).fill(HASH_BITS + 1);
  const queries = new Uint16Array(count);
  const view = new Uint32Array(HASH_WORDS);
  const found = new Uint32Array(NEIGHBOURS);
  for (const [one, thumbnail] of thumbnails.entries()) {
    await pause(BEFORE_VIEWS + ((1 - BEFORE_VIEWS) * one) / count);
    const coefficients = viewCoefficients(contrastOf(thumbnail), VIEWS.length);
    const touched: number[] = [];
    for (let query = 0; query < 2 * VIEWS.length; query++) {
      for (const { reference, hashes, tables } of families) {
        writeHash(coefficients, (query >> 1) * HASH_BITS, reference, query % 2 === 1, view, 0);
        for (const table of tables) {
          const near = table.nearest(view, 0, found);
          for (let k = 0; k < near; k++) {
            const other = found[k]!;
            const distance = hashDistance(view, 0, hashes, other * HASH_WORDS);
            if (other === one || distance > LARGEST_DISTANCE || distance >= distances[other]!) continue;
            if (distances[other]! > HASH_BITS) touched.push(other);
            distances[other] = distance;
            queries[other] = query;
          }
        }
      }
    }
    touched.sort((a, b) => distances[a]! - distances[b]! || a - b);
    for (const [rank, other] of touched.entries()) {
      const candidate: Candidate = {
        one,
        other,
        view: queries[other]! >> 1,
        mirrored: queries[other]! % 2 === 1,
        distance: distances[other]!,
      };
      distances[other] = HASH_BITS + 1;
      if (rank >= CANDIDATES) continue;
      const pair = Math.min(one, other) * count + Math.max(one, other);
      const known = best.get(pair);
      if (known === undefined || candidate.distance < known.distance) best.set(pair, candidate);
    }
  }
  return [...best.values()].sort((a, b) => a.distance - b.distance || a.one - b.one || a.other - b.other);
}

function contrastOf(thumbnail: Uint8Array): Float32Array {
  return localContrast(thumbnail, CONTRAST_RADIUS, CONTRAST_FLOOR);
}

/** Bits of a key beyond those that choose the bucket; they order buckets too full to search entirely. */
const ORDERING_BITS = 8;

/**
 * Locality-sensitive hash table: hashes that agree in some random bits share a bucket (Indyk and Motwani, "Approximate
 * nearest neighbors", STOC 1998), sorted by further bits (Charikar, STOC 2002). A bucket holds about four hashes when bits
 * are balanced; of a fuller one only the neighbours of the query are visited.
 */
export class HashTable {
  readonly #bits: Uint8Array;
  /** Start of each bucket in `#entries`, and the end of the last. */
  readonly #starts: Uint32Array;
  readonly #entries: Uint32Array;
  readonly #keys: Uint32Array;

  /** @param hashes {@link HASH_WORDS} words each. */
  constructor(hashes: Uint32Array, rng: Rng) {
    const count = hashes.length / HASH_WORDS;
    const bucketBits = Math.max(0, Math.ceil(Math.log2(Math.max(1, count))) - 2);
    this.#bits = Uint8Array.from(rng.permutation(HASH_BITS).subarray(0, bucketBits + ORDERING_BITS));
    const sorted = Float64Array.from(
      { length: count },
      (_, i) => this.#keyOf(hashes, i * HASH_WORDS) * count + i,
    );
    sorted.sort();
    this.#entries = Uint32Array.from(sorted, (each) => each % count);
    this.#keys = Uint32Array.from(sorted, (each) => Math.floor(each / count));
    this.#starts = new Uint32Array(2 ** bucketBits + 1);
    for (const key of this.#keys) this.#starts[(key >>> ORDERING_BITS) + 1]!++;
    for (let i = 1; i < this.#starts.length; i++) this.#starts[i]! += this.#starts[i - 1]!;
  }

  /**
   * Writes the entries nearest to a hash in its bucket into `found`, as many as fit, and returns their number.
   */
  nearest(hashes: Uint32Array, from: number, found: Uint32Array): number {
    const key = this.#keyOf(hashes, from);
    const bucket = key >>> ORDERING_BITS;
    let first = this.#starts[bucket]!;
    const end = this.#starts[bucket + 1]!;
    const count = Math.min(end - first, found.length);
    if (end - first > count) {
      const middle = this.#placeOf(key, first, end) - (count >> 1);
      first = Math.min(Math.max(first, middle), end - count);
    }
    for (let i = 0; i < count; i++) found[i] = this.#entries[first + i]!;
    return count;
  }

  #keyOf(hashes: Uint32Array, from: number): number {
    let key = 0;
    const bits = this.#bits;
    for (let i = 0; i < bits.length; i++) {
      const bit = bits[i]!;
      key = (key << 1) | ((hashes[from + (bit >>> 5)]! >>> (bit & 31)) & 1);
    }
    return key >>> 0;
  }

  /** First position from `begin` whose key is not below `key`. */
  #placeOf(key: number, begin: number, end: number): number {
    let low = begin;
    let high = end;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
