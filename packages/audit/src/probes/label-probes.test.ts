import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Fingerprint } from "../fingerprints/fingerprint.js";
import { drawCohort } from "../testing/probe-images.js";
import {
  fitQuantileBins,
  GREY_LEVEL_FEATURES,
  greyLevelFeatures,
  QUANTILE_BINS,
  SIZE_AND_FORMAT_FEATURES,
  sizeAndFormatFeatures,
  thumbnailFeatures,
} from "./label-probes.js";

const fingerprint = drawCohort({ count: 1 })[0]!.fingerprint;
const named = (names: readonly string[], features: Float64Array) =>
  Object.fromEntries(names.map((name, i) => [name, features[i]!]));

/** Histogram of an image with the given grey levels. */
function histogramOf(levels: readonly number[]): Fingerprint {
  const histogram = new Float32Array(256);
  for (const level of levels) histogram[level]! += 1 / levels.length;
  return { ...fingerprint, histogram };
}

describe("thumbnailFeatures", () => {
  test("are means of blocks of four by four", () => {
    const thumbnail = Uint8Array.from({ length: 64 * 64 }, (_, i) => (i % 64) + Math.floor(i / 64));
    const features = thumbnailFeatures({ ...fingerprint, thumbnail });
    expect(features).toHaveLength(256);
    for (const [i, value] of features.entries()) {
      expect(value).toBeCloseTo(4 * (i % 16) + 4 * Math.floor(i / 16) + 3, 12);
    }
  });
});

describe("greyLevelFeatures", () => {
  test("of a few pixels", () => {
    const features = named(
      GREY_LEVEL_FEATURES,
      greyLevelFeatures(histogramOf([0, 0, 0, 10, 20, 20, 20, 255, 255, 255])),
    );
    const expected = {
      mean: 83.5,
      "standard deviation": Math.sqrt((3 * 83.5 ** 2 + 73.5 ** 2 + 3 * 63.5 ** 2 + 3 * 171.5 ** 2) / 10),
      "percentile 1": 0,
      "percentile 25": 0,
      "percentile 50": 20,
      "percentile 75": 255,
      "percentile 99": 255,
      "share of black": 0.3,
      "share of white": 0.3,
      entropy: -(3 * 0.3 * Math.log2(0.3) + 0.1 * Math.log2(0.1)),
      "levels in use": 4,
    };
    for (const [name, value] of Object.entries(expected)) expect(features[name]).toBeCloseTo(value, 4);
    const third = 3 * (-83.5) ** 3 + (-73.5) ** 3 + 3 * (-63.5) ** 3 + 3 * 171.5 ** 3;
    expect(features.skewness).toBeCloseTo(third / 10 / expected["standard deviation"] ** 3, 5);
  });

  test("of one level have neither spread nor skewness", () => {
    const features = named(GREY_LEVEL_FEATURES, greyLevelFeatures(histogramOf([7])));
    expect(features).toMatchObject({
      mean: 7,
      "standard deviation": 0,
      skewness: 0,
      "percentile 50": 7,
      entropy: 0,
      "levels in use": 1,
    });
  });

  test("are finite, ordered and in range for any image", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 50 }), (levels) => {
        const features = greyLevelFeatures(histogramOf(levels));
        expect(features).toHaveLength(GREY_LEVEL_FEATURES.length);
        expect(features.every(Number.isFinite)).toBe(true);
        const percentiles = [...features.subarray(3, 12)];
        expect(percentiles).toEqual(percentiles.toSorted((a, b) => a - b));
        expect(features[0]).toBeCloseTo(levels.reduce((a, b) => a + b) / levels.length, 3);
      }),
    );
  });
});

describe("sizeAndFormatFeatures", () => {
  test("are logarithms of the size and the format", () => {
    const of = (format: "jpeg" | "png") =>
      named(
        SIZE_AND_FORMAT_FEATURES,
        sizeAndFormatFeatures({ ...fingerprint, width: 1024, height: 512, format }),
      );
    const sizes = { width: 10, height: 9, "aspect ratio": 1, "pixel count": 19 };
    expect(of("png")).toEqual({ ...sizes, PNG: 1 });
    expect(of("jpeg")).toEqual({ ...sizes, PNG: 0 });
  });
});

describe("fitQuantileBins", () => {
  test("cuts a feature into bins of equally many rows", () => {
    const rows = Array.from({ length: 32 }, (_, i) => [i]);
    const binned = fitQuantileBins(rows);
    const counts = new Array<number>(QUANTILE_BINS).fill(0);
    for (const row of rows) for (const [k, value] of binned(row).subarray(1).entries()) counts[k]! += value;
    expect(counts).toEqual(Array(QUANTILE_BINS).fill(4));
    expect([...binned([-100])]).toEqual([-100, 1, 0, 0, 0, 0, 0, 0, 0]);
    expect([...binned([100])]).toEqual([100, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  test("gives a value that many rows share a bin of its own", () => {
    const binned = fitQuantileBins([[1], [2], [3], [3], [3], [3], [3], [8]]);
    expect([...binned([3])]).toEqual([...binned([3.5])].with(0, 3));
    expect([...binned([3])].slice(1)).not.toEqual([...binned([2.9])].slice(1));
    expect([...binned([3])].slice(1)).not.toEqual([...binned([8])].slice(1));
  });

  test("gives each feature one bin, and one alone where it is constant", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.constant(5)), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: -9, max: 9 }),
        (rows, value) => {
          const row = fitQuantileBins(rows)([value, 5]);
          expect([row[0], row[1]]).toEqual([value, 5]);
          expect(row.at(-1)).toBe(1);
          expect(row.subarray(2).reduce((a, b) => a + b)).toBe(2);
          expect(row.subarray(2).every((flag) => flag === 0 || flag === 1)).toBe(true);
        },
      ),
    );
  });
});
