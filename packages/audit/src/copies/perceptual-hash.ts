import { HASH_BITS } from "./copy-pair.js";
import { WAVES } from "./views.js";

// Looked up once: hashes are compared many million times.
const { imul } = Math;

/** 32-bit words of a hash. */
export const HASH_WORDS = HASH_BITS / 32;

/** What coefficients are compared with when the signs alone shall count. */
export const NO_REFERENCE = new Float32Array(HASH_BITS);

/** Waves that a mirror turns over: those with an odd number of half periods across. */
const ODD_ACROSS = WAVES.map(([across]) => across % 2 === 1);

/**
 * Writes a perceptual hash: bit k says whether coefficient k of a view lies above that of the reference.
 *
 * With the median of a collection as reference, each bit is set in half of the pictures, and what all radiographs have
 * in common (lungs dark, spine light) sets none.
 *
 * @param coefficients Of {@link viewCoefficients}; those of the view begin at `from`.
 * @param mirrored Whether to hash the view's mirror image (left to right), whose coefficients of odd waves are negative.
 * @param target Hashes of {@link HASH_WORDS} words; the one written begins at `to`.
 */
export function writeHash(
  coefficients: Float32Array,
  from: number,
  reference: Float32Array,
  mirrored: boolean,
  target: Uint32Array,
  to: number,
): void {
  for (let word = 0; word < HASH_WORDS; word++) {
    let bits = 0;
    for (let bit = 0; bit < 32; bit++) {
      const k = word * 32 + bit;
      const coefficient = coefficients[from + k]!;
      const seen = mirrored && ODD_ACROSS[k] ? -coefficient : coefficient;
      if (seen > reference[k]!) bits |= 1 << bit;
    }
    target[to + word] = bits;
  }
}

/** Median of coefficient `k` over pictures; of an even number, the lower of the two in the middle; 0 of none. */
export function medianCoefficient(coefficients: readonly Float32Array[], k: number): number {
  const sorted = new Float32Array(coefficients.length);
  for (const [i, each] of coefficients.entries()) sorted[i] = each[k]!;
  return sorted.sort()[(sorted.length - 1) >> 1] ?? 0;
}

/** Bits in which two hashes differ, of {@link HASH_BITS}. */
export function hashDistance(a: Uint32Array, from: number, b: Uint32Array, to: number): number {
  let distance = 0;
  for (let word = 0; word < HASH_WORDS; word++) {
    // Counts the bits of a word in parallel: sums of 2, of 4, of 8, then all bytes by one product.
    let bits = a[from + word]! ^ b[to + word]!;
    bits -= (bits >>> 1) & 0x55555555;
    bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
    distance += imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return distance;
}
