import { createRng } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import golden from "../../fixtures/copies.json";
import { THUMBNAIL_SIDE } from "../fingerprints/fingerprint.js";
import { mirror } from "./contrast.js";
import {
  HASH_BITS,
  HASH_WORDS,
  hashDistance,
  type ImageWindow,
  medianCoefficient,
  NO_REFERENCE,
  VIEWS,
  viewCoefficients,
  WAVES,
  writeHash,
} from "./hash.js";

const SIDE = THUMBNAIL_SIDE;

/** Values at the middles of pixels. */
const drawImage = (value: (x: number, y: number) => number) =>
  Float32Array.from({ length: SIDE * SIDE }, (_, i) =>
    value(((i % SIDE) + 0.5) / SIDE, (Math.floor(i / SIDE) + 0.5) / SIDE),
  );

const coefficient = (coefficients: Float32Array, view: number, across: number, down: number) =>
  coefficients[view * HASH_BITS + WAVES.findIndex(([x, y]) => x === across && y === down)]!;

test("waves: as many as bits, each once, by rising frequency, without the constant one", () => {
  expect(new Set(WAVES.map(String)).size).toBe(HASH_BITS);
  expect(WAVES.slice(0, 4)).toEqual(
    [
      [1, 0],
      [0, 1],
      [1, 1],
      [2, 0],
    ].sort(byFrequency),
  );
  const frequencies = WAVES.map(([x, y]) => x * x + y * y);
  expect(frequencies).toEqual([...frequencies].sort((a, b) => a - b));
});

function byFrequency([a, b]: number[], [c, d]: number[]): number {
  return a! ** 2 + b! ** 2 - c! ** 2 - d! ** 2 || b! - d!;
}

test("views: the whole first, each once, up to a tenth from each side or 15 % from both", () => {
  expect(VIEWS[0]).toEqual({ left: 0, top: 0, width: 1, height: 1 });
  expect(new Set(VIEWS.map((view) => JSON.stringify(view))).size).toBe(VIEWS.length);
  for (const { left, top, width, height } of VIEWS) {
    for (const [begin, length] of [
      [left, width],
      [top, height],
    ] as const) {
      const end = 1 - begin - length;
      expect(Math.max(begin, end) < 0.11 || Math.abs(begin - end) < 1e-9).toBe(true);
      expect(end).toBeGreaterThan(-1e-9);
    }
  }
});

describe("coefficients", () => {
  test("of the whole are SciPy's", () => {
    const values = Float32Array.from({ length: SIDE * SIDE }, (_, i) => {
      const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
      return (x * 31 + y * 17 + x * y * 3) % 256;
    });
    const coefficients = viewCoefficients(values, 1);
    for (const [across, down, expected] of golden.transform) {
      expect(coefficient(coefficients, 0, across!, down!)).toBeCloseTo(expected!, 5);
    }
  });

  test("of a view are those of its wave alone", () => {
    const view = VIEWS.findIndex(
      ({ left, top, width, height }) =>
        left === 0.05 && top === 0 && Math.abs(width - 0.85) < 1e-9 && height === 0.9,
    );
    const window = VIEWS[view] as ImageWindow;
    const wave = drawImage(
      (x, y) =>
        Math.cos((3 * Math.PI * (x - window.left)) / window.width) *
        Math.cos((2 * Math.PI * (y - window.top)) / window.height),
    );
    const coefficients = viewCoefficients(wave, VIEWS.length);
    for (const [across, down] of WAVES) {
      const expected = across === 3 && down === 2 ? 0.25 : 0;
      expect(Math.abs(coefficient(coefficients, view, across, down) - expected)).toBeLessThan(0.005);
    }
  });

  test("fewer views have the same coefficients", () => {
    const wave = drawImage((x, y) => Math.sin(9 * x) * y);
    const all = viewCoefficients(wave, VIEWS.length);
    expect(viewCoefficients(wave, 1)).toEqual(all.slice(0, HASH_BITS));
  });
});

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

test("against the median, each bit is set in half of the images", () => {
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
  const image = Uint8Array.from({ length: THUMBNAIL_SIDE ** 2 }, () => rng.integer(256));
  const [here, there] = [image, mirror(image)].map((each) => viewCoefficients(Float32Array.from(each), 1));
  const words = new Uint32Array(2 * HASH_WORDS);
  writeHash(here!, 0, NO_REFERENCE, true, words, 0);
  writeHash(there!, 0, NO_REFERENCE, false, words, HASH_WORDS);
  expect(hashDistance(words, 0, words, HASH_WORDS)).toBe(0);
});
