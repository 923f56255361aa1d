import { describe, expect, test } from "@jest/globals";
import golden from "../../fixtures/copies.json";
import { THUMBNAIL_SIDE } from "../fingerprints/fingerprint.js";
import { HASH_BITS, type ImageWindow } from "./copy-pair.js";
import { VIEWS, viewCoefficients, WAVES } from "./views.js";

const SIDE = THUMBNAIL_SIDE;

/** Values at the middles of pixels. */
const picture = (value: (x: number, y: number) => number) =>
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
    const wave = picture(
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
    const wave = picture((x, y) => Math.sin(9 * x) * y);
    const all = viewCoefficients(wave, VIEWS.length);
    expect(viewCoefficients(wave, 1)).toEqual(all.slice(0, HASH_BITS));
  });
});
