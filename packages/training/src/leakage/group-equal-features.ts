import type { FeatureArray } from "../features/feature-array.js";

/** Values of an image that are looked at before all of them are. */
const SAMPLE = 256;

/**
 * Puts images together whose features are equal bit for bit: float32 and float16 never are.
 *
 * @returns For each image the place of the first that is equal to it, which may be its own.
 */
export function groupEqualFeatures(values: readonly FeatureArray[]): number[] {
  const buckets = new Map<number, number[]>();
  const words = values.map(wordsOf);
  return words.map((own, place) => {
    const hash = hashOfSample(own);
    const firsts = buckets.get(hash);
    if (firsts === undefined) {
      buckets.set(hash, [place]);
      return place;
    }
    const equal = firsts.find((first) => areEqual(words[first]!, own));
    if (equal === undefined) firsts.push(place);
    return equal ?? place;
  });
}

/** The bits, so that NaN equals itself. */
function wordsOf(values: FeatureArray): Uint32Array | Uint16Array {
  return values instanceof Float32Array
    ? new Uint32Array(values.buffer, values.byteOffset, values.length)
    : values;
}

/** FNV-1a (Fowler, Noll, Vo 1991) over words instead of bytes, of values that are evenly spread over the image. */
function hashOfSample(words: Uint32Array | Uint16Array): number {
  const { imul } = Math;
  const length = words.length;
  const step = Math.max(1, Math.floor(length / SAMPLE));
  let hash = 0x811c9dc5;
  for (let i = 0; i < length; i += step) hash = imul(hash ^ words[i]!, 0x01000193);
  return hash;
}

function areEqual(a: Uint32Array | Uint16Array, b: Uint32Array | Uint16Array): boolean {
  const length = a.length;
  if (b.length !== length || a.BYTES_PER_ELEMENT !== b.BYTES_PER_ELEMENT) return false;
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false;
  return true;
}
