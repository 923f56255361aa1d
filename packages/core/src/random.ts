import { checkInteger } from "./checks.js";
import { checkOptions, type OptionKinds } from "./options.js";

/** Identifies a stream of random numbers: its purpose, and up to two counters. */
export interface RngKey {
  /** What the numbers are used for, such as `"shuffle"`. Different purposes never share numbers. */
  readonly purpose: string;
  /** First counter, such as the epoch. Integer in [0, 2^32). @defaultValue 0 */
  readonly epoch?: number;
  /** Second counter, such as the image. Integer in [0, 2^32). @defaultValue 0 */
  readonly index?: number;
}

/** A stream of random numbers that depends only on its key. */
export interface Rng {
  /** Next unsigned 32-bit integer. */
  uint32(): number;
  /** Uniform in [0, 1), 53 random bits. */
  uniform(): number;
  /** Uniform integer in [0, bound), without modulo bias. `bound` is an integer in [1, 2^32]. */
  integer(bound: number): number;
  /** Normal with mean 0 and standard deviation 1 (Box–Muller). */
  normal(): number;
  /** Random order of 0 … length-1 (Fisher–Yates). */
  permutation(length: number): Uint32Array;
}

const TWO_32 = 2 ** 32;
const KEY: OptionKinds<RngKey> = { purpose: "string", epoch: "number?", index: "number?" };

/**
 * Opens the stream of (seed, purpose, epoch, index). The same key yields the same numbers on any machine and in any
 * order of calls, so that work can stop, resume or run in parallel without changing a bit.
 *
 * Numbers come from Philox 4×32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
 *
 * @param seed Safe integer, 0 or more.
 * @throws {InvalidArgumentError} on a seed or counter out of range, and on a key that has anything else.
 *
 * @example
 * ```ts
 * import { createRng } from "@covidxr/core";
 *
 * const rng = createRng(42, { purpose: "shuffle", epoch: 3 });
 * rng.permutation(5); // Uint32Array(5) [ 4, 1, 2, 3, 0 ]
 * ```
 */
export function createRng(seed: number, key: RngKey): Rng {
  checkInteger("seed", seed, { min: 0 });
  checkOptions(key, KEY, "key");
  const epoch = key.epoch ?? 0;
  const index = key.index ?? 0;
  checkInteger("epoch", epoch, { min: 0, max: TWO_32 - 1 });
  checkInteger("index", index, { min: 0, max: TWO_32 - 1 });
  const philoxKey: [number, number] = [seed >>> 0, Math.floor(seed / TWO_32) >>> 0];
  const purpose = fnv1a(key.purpose);

  let block = 0;
  let words: readonly number[] = [];
  let used = 4;
  const uint32 = (): number => {
    if (used === 4) {
      words = philox4x32([block++, purpose, epoch, index], philoxKey);
      used = 0;
    }
    return words[used++]!;
  };
  const uniform = (): number => ((uint32() >>> 5) * 2 ** 26 + (uint32() >>> 6)) / 2 ** 53;
  const integer = (bound: number): number => {
    checkInteger("bound", bound, { min: 1, max: TWO_32 });
    const limit = TWO_32 - (TWO_32 % bound);
    let word = uint32();
    while (word >= limit) word = uint32();
    return word % bound;
  };
  const normal = (): number => {
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    return radius * Math.cos(2 * Math.PI * uniform());
  };
  const permutation = (length: number): Uint32Array => {
    checkInteger("length", length, { min: 0, max: TWO_32 });
    const order = Uint32Array.from({ length }, (_, i) => i);
    for (let i = length - 1; i > 0; i--) {
      const j = integer(i + 1);
      const kept = order[i]!;
      order[i] = order[j]!;
      order[j] = kept;
    }
    return order;
  };
  return { uint32, uniform, integer, normal, permutation };
}

/** FNV-1a, 32 bit, over UTF-16 code units (offset basis and prime from the FNV reference). */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

// Multipliers and Weyl constants of Philox 4×32 (Salmon et al. 2011, table 2; Random123 philox.h).
const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;

// Looked up once: in a sandboxed context, in which tests run, looking up a global costs more than a block.
const { floor, imul } = Math;

/**
 * One block of Philox 4×32-10: four unsigned 32-bit words from a counter of four and a key of two.
 *
 * @param counter Four unsigned 32-bit words; each counter gives an independent block.
 * @param key Two unsigned 32-bit words.
 */
export function philox4x32(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): [number, number, number, number] {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0);
    const low0 = imul(MULTIPLIER_0, c0) >>> 0;
    const high1 = multiplyHigh(MULTIPLIER_1, c2);
    const low1 = imul(MULTIPLIER_1, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** Upper 32 bits of the 64-bit product of two unsigned 32-bit words. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const lowLow = aLow * bLow;
  const highLow = aHigh * bLow + (lowLow >>> 16);
  const lowHigh = aLow * bHigh + (highLow & 0xffff);
  return (aHigh * bHigh + floor(highLow / 0x10000) + floor(lowHigh / 0x10000)) >>> 0;
}
