// Multipliers and Weyl constants of Philox 4×32 (Salmon et al. 2011, table 2; Random123 philox.h).
const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;

// Looked up once: inside a sandboxed context, as tests run in, each look at a global costs more than a block.
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
