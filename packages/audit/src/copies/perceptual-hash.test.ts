import { createRng } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { THUMBNAIL_SIDE } from "../fingerprints/fingerprint.js";
import { HASH_BITS } from "./copy-pair.js";
import { HASH_WORDS, hashDistance, medianCoefficient, NO_REFERENCE, writeHash } from "./perceptual-hash.js";
import { mirror } from "./resample.js";
import { viewCoefficients } from "./views.js";

const hash = fc
  .array(fc.nat(2 ** 32 - 1), { minLength: HASH_WORDS, maxLength: HASH_WORDS })
  .map((words) => Uint32Array.from(words));
const bitsOf = (words: Uint32Array) => [...words].flatMap((word) => [...word.toString(2).padStart(32, "0")]);

test("the distance counts the bits that differ", () => {
  fc.assert(
    fc.property(hash, hash, (a, b) => {
      const other = bitsOf(b);
      expect(hashDistance(a, 0, b, 0)).toBe(bitsOf(a).filter((bit, i) => bit !== other[i]).length);
      expect(hashDistance(b, 0, a, 0)).toBe(hashDistance(a, 0, b, 0));
    }),
  );
  expect(hashDistance(new Uint32Array(8).fill(2 ** 32 - 1), 4, new Uint32Array(HASH_WORDS), 0)).toBe(
    HASH_BITS,
  );
});

test("against the median, each bit is set in half of the pictures", () => {
  const rng = createRng(0, { purpose: "coefficients" });
  const coefficients = Array.from({ length: 41 }, () =>
    Float32Array.from({ length: HASH_BITS }, (_, k) => 5 * Math.sin(k) + rng.normal()),
  );
  const median = Float32Array.from({ length: HASH_BITS }, (_, k) => medianCoefficient(coefficients, k));
  const set = new Array<number>(HASH_BITS).fill(0);
  for (const each of coefficients) {
    const words = new Uint32Array(HASH_WORDS);
    writeHash(each, 0, median, false, words, 0);
    for (const [k] of set.entries()) set[k]! += (words[k >> 5]! >>> (k & 31)) & 1;
  }
  expect(set).toEqual(new Array(HASH_BITS).fill(20));
});

test("the mirrored hash is that of the mirror image", () => {
  const rng = createRng(1, { purpose: "picture" });
  const picture = Uint8Array.from({ length: THUMBNAIL_SIDE ** 2 }, () => rng.integer(256));
  const [here, there] = [picture, mirror(picture)].map((each) =>
    viewCoefficients(Float32Array.from(each), 1),
  );
  const words = new Uint32Array(2 * HASH_WORDS);
  writeHash(here!, 0, NO_REFERENCE, true, words, 0);
  writeHash(there!, 0, NO_REFERENCE, false, words, HASH_WORDS);
  expect(hashDistance(words, 0, words, HASH_WORDS)).toBe(0);
});
