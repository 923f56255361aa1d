import type { Rng } from "@covidxr/core";
import { HASH_BITS } from "./copy-pair.js";
import { HASH_WORDS } from "./perceptual-hash.js";

/** Bits of a key beyond those that choose the bucket; they order a bucket that is too full to be looked through. */
const ORDERING_BITS = 8;

/**
 * Hashes that agree in some bits drawn at random lie in one bucket (Indyk and Motwani, "Approximate nearest neighbors",
 * STOC 1998), within it sorted by further bits (Charikar, STOC 2002). A bucket holds about four hashes when bits are
 * balanced; of a fuller one only the neighbours of the place looked for are visited.
 */
export class HashTable {
  readonly #bits: Uint8Array;
  /** Where each bucket begins in `#entries`, and where the last one ends. */
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
   * Writes the entries nearest to a hash in its bucket into `found`, as many as fit, and returns how many there are.
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
