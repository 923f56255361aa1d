import { THUMBNAIL_SIDE } from "../fingerprints/fingerprint.js";

/** Bits of a perceptual hash. */
export const HASH_BITS = 128;

/** Part of an image; all numbers are fractions of its sides, from 0 to 1. */
export interface ImageWindow {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const SIDE = THUMBNAIL_SIDE;
const PIXELS = SIDE * SIDE;

/** Fractions of a side that a view crops at one end. */
const CUTS = [0, 0.05, 0.1] as const;
/** A deeper crop, at both ends alike. */
const DEEP_CUT = 0.15;

/** Part of a side of the image, as fractions. */
interface Span {
  readonly begin: number;
  readonly length: number;
}

const SPANS: readonly Span[] = [
  ...CUTS.flatMap((begin) => CUTS.map((end) => ({ begin, length: 1 - begin - end }))),
  { begin: DEEP_CUT, length: 1 - 2 * DEEP_CUT },
];

/** Windows of an image: the whole first, then crops of up to a tenth from each side, or more from both. */
export const VIEWS: readonly ImageWindow[] = SPANS.flatMap((vertical) =>
  SPANS.map((horizontal) => ({
    left: horizontal.begin,
    top: vertical.begin,
    width: horizontal.length,
    height: vertical.length,
  })),
);

/**
 * Waves of a hash: half periods across and down, by increasing frequency, without the constant one. Ties are broken by fewer
 * half periods down.
 */
export const WAVES: readonly (readonly [across: number, down: number])[] = Array.from(
  { length: PIXELS - 1 },
  (_, i) => [(i + 1) % SIDE, Math.floor((i + 1) / SIDE)] as const,
)
  .sort(([a, b], [c, d]) => a * a + b * b - c * c - d * d || b - d)
  .slice(0, HASH_BITS);

const ORDERS = 1 + Math.max(...WAVES.flat());
/** Offsets of the orders of each wave in tables of {@link THUMBNAIL_SIDE} values per order. */
const ACROSS = Int32Array.from(WAVES, ([across]) => across * SIDE);
const DOWN = Int32Array.from(WAVES, ([, down]) => down * SIDE);

/** For each span, the cosines of a discrete cosine transform over it at each position of the thumbnail, [order][position]. */
const COSINES = SPANS.map(cosines);

function cosines({ begin, length }: Span): Float64Array {
  const table = new Float64Array(ORDERS * SIDE);
  for (let position = 0; position < SIDE; position++) {
    // A pixel that lies partly in the span counts in part: the integral of the cosine over the inside.
    const from = Math.max(position / SIDE, begin);
    const to = Math.min((position + 1) / SIDE, begin + length);
    if (from >= to) continue;
    for (let order = 0; order < ORDERS; order++) {
      const turn = (Math.PI * order) / length;
      table[order * SIDE + position] =
        order === 0
          ? (to - from) / length
          : (Math.sin(turn * (to - begin)) - Math.sin(turn * (from - begin))) / (Math.PI * order);
    }
  }
  return table;
}

/**
 * Coefficients of the two-dimensional cosine transform of each view of an image.
 *
 * @param image {@link THUMBNAIL_SIDE}² values.
 * @param views How many of {@link VIEWS}, from the first.
 * @returns [views, {@link HASH_BITS}], in the order of {@link WAVES}.
 */
export function viewCoefficients(image: Float32Array, views: number): Float32Array {
  const result = new Float32Array(views * HASH_BITS);
  const spans = Math.min(views, SPANS.length);
  const across = COSINES.slice(0, spans).map((table) => alongRows(image, table));
  for (let view = 0; view < views; view++) {
    alongColumns(
      across[view % SPANS.length]!,
      COSINES[Math.floor(view / SPANS.length)]!,
      result,
      view * HASH_BITS,
    );
  }
  return result;
}

/** [order across][row] of the image. */
function alongRows(image: Float32Array, table: Float64Array): Float64Array {
  const result = new Float64Array(ORDERS * SIDE);
  for (let row = 0; row < SIDE; row++) {
    const from = row * SIDE;
    for (let wave = 0; wave < ORDERS * SIDE; wave += SIDE) {
      let sum = 0;
      for (let k = 0; k < SIDE; k++) sum += image[from + k]! * table[wave + k]!;
      result[wave + row] = sum;
    }
  }
  return result;
}

/** Writes the coefficient of each wave. */
function alongColumns(rows: Float64Array, table: Float64Array, result: Float32Array, to: number): void {
  // Two at a time, since each sum depends on its previous step.
  for (let i = 0; i < HASH_BITS; i += 2) {
    const across = ACROSS[i]!;
    const down = DOWN[i]!;
    const acrossNext = ACROSS[i + 1]!;
    const downNext = DOWN[i + 1]!;
    let sum = 0;
    let sumNext = 0;
    for (let k = 0; k < SIDE; k++) {
      sum += table[down + k]! * rows[across + k]!;
      sumNext += table[downNext + k]! * rows[acrossNext + k]!;
    }
    result[to + i] = sum;
    result[to + i + 1] = sumNext;
  }
}

// Looked up once: hashes are compared many million times.
const { imul } = Math;

/** 32-bit words of a hash. */
export const HASH_WORDS = HASH_BITS / 32;

/** Reference for hashes of the signs alone. */
export const NO_REFERENCE = new Float32Array(HASH_BITS);

/** Waves that mirroring negates: those with an odd number of half periods across. */
const ODD_ACROSS = WAVES.map(([across]) => across % 2 === 1);

/**
 * Writes a perceptual hash: bit k is set where coefficient k of a view exceeds that of the reference. With the median of a
 * collection as reference, each bit is set in half of the images, and what all radiographs have in common (dark lungs,
 * bright spine) cancels.
 *
 * @param coefficients Of {@link viewCoefficients}; those of the view begin at `from`.
 * @param mirrored Whether to hash the view's mirror image (left to right), which negates the coefficients of odd waves.
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

/** Median of coefficient `k` over images; of an even number, the lower middle value; 0 of none. */
export function medianCoefficient(coefficients: readonly Float32Array[], k: number): number {
  const sorted = new Float32Array(coefficients.length);
  for (const [i, each] of coefficients.entries()) sorted[i] = each[k]!;
  return sorted.sort()[(sorted.length - 1) >> 1] ?? 0;
}

/** Number of differing bits of two hashes, of {@link HASH_BITS}. */
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
