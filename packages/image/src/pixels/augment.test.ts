import { createRng, InvalidArgumentError, type Rng } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { difference, formulaPixels, thrownBy, WARPED } from "../testing/fixtures.js";
import { type AugmentationRanges, augment, sampleAugmentation } from "./augment.js";

/** The ranges of the study. */
const RANGES: AugmentationRanges = {
  rotation: 15,
  widthShift: 0.1,
  heightShift: 0.1,
  shear: 0.05,
  zoom: 0.05,
};
const SIZE = { height: 320, width: 382 };
const stream = (epoch: number, index: number) => createRng(42, { purpose: "augmentation", epoch, index });

/** A generator that gives these numbers and then fails. */
function scripted(...numbers: number[]): Rng {
  const uniform = () => {
    const next = numbers.shift();
    if (next === undefined) throw new Error("more numbers drawn than expected");
    return next;
  };
  return { ...stream(0, 0), uniform };
}

describe("sampleAugmentation", () => {
  test("draws in Keras' order: rotation, rows, columns, shear, zoom of rows and of columns", () => {
    const warp = sampleAugmentation(scripted(0.9, 0.8, 0.7, 0.6, 0.25, 0.1), SIZE, RANGES);
    expect(warp.theta).toBeCloseTo(12, 12); // -15 + 0.9 * 30
    expect(warp.tx).toBeCloseTo(0.06 * 320, 12); // (-0.1 + 0.8 * 0.2) * height
    expect(warp.ty).toBeCloseTo(0.04 * 382, 12); // (-0.1 + 0.7 * 0.2) * width
    expect(warp.shear).toBeCloseTo(0.01, 12); // -0.05 + 0.6 * 0.1
    expect(warp.zx).toBeCloseTo(0.975, 12); // 0.95 + 0.25 * 0.1
    expect(warp.zy).toBeCloseTo(0.96, 12);
  });

  test("a range of 0 takes no number and leaves the picture", () => {
    const none: AugmentationRanges = { rotation: 0, widthShift: 0, heightShift: 0, shear: 0, zoom: 0 };
    expect(sampleAugmentation(scripted(), SIZE, none)).toEqual({
      theta: 0,
      tx: 0,
      ty: 0,
      shear: 0,
      zx: 1,
      zy: 1,
    });
    const across = sampleAugmentation(scripted(1), SIZE, { ...none, widthShift: 0.5 });
    expect(across).toMatchObject({ tx: 0, ty: 191 });
  });

  test("one key gives one warp; another image or epoch gives another", () => {
    const first = sampleAugmentation(stream(3, 7), SIZE, RANGES);
    expect(sampleAugmentation(stream(3, 7), SIZE, RANGES)).toEqual(first);
    expect(sampleAugmentation(stream(3, 8), SIZE, RANGES)).not.toEqual(first);
    expect(sampleAugmentation(stream(4, 7), SIZE, RANGES)).not.toEqual(first);
  });

  test("stays within its ranges", () => {
    const ranges = fc.record({
      rotation: fc.double({ min: 0, max: 180, noNaN: true }),
      widthShift: fc.double({ min: 0, max: 0.99, noNaN: true }),
      heightShift: fc.double({ min: 0, max: 0.99, noNaN: true }),
      shear: fc.double({ min: 0, max: 89, noNaN: true }),
      zoom: fc.double({ min: 0, max: 0.99, noNaN: true }),
    });
    fc.assert(
      fc.property(ranges, fc.nat(), (range, index) => {
        const warp = sampleAugmentation(stream(0, index), SIZE, range);
        const slack = 1 + 1e-12;
        expect(Math.abs(warp.theta)).toBeLessThanOrEqual(range.rotation * slack);
        expect(Math.abs(warp.tx)).toBeLessThanOrEqual(range.heightShift * SIZE.height * slack);
        expect(Math.abs(warp.ty)).toBeLessThanOrEqual(range.widthShift * SIZE.width * slack);
        expect(Math.abs(warp.shear)).toBeLessThanOrEqual(range.shear * slack);
        expect(Math.abs(warp.zx - 1)).toBeLessThanOrEqual(range.zoom + 1e-12);
        expect(Math.abs(warp.zy - 1)).toBeLessThanOrEqual(range.zoom + 1e-12);
      }),
    );
  });

  test("fills its ranges evenly", () => {
    const angles = Array.from(
      { length: 4000 },
      (_, index) => sampleAugmentation(stream(0, index), SIZE, RANGES).theta,
    );
    const mean = angles.reduce((sum, angle) => sum + angle, 0) / angles.length;
    const variance = angles.reduce((sum, angle) => sum + (angle - mean) ** 2, 0) / angles.length;
    // Uniform over ±15: standard deviation 8.66, so the mean of 4000 lies within 0.14 (one sigma).
    expect(Math.abs(mean)).toBeLessThan(0.6);
    expect(Math.sqrt(variance)).toBeCloseTo(RANGES.rotation / Math.sqrt(3), 0);
  });

  test.each([
    ["rotation", 181],
    ["rotation", -1],
    ["widthShift", 1],
    ["heightShift", Number.NaN],
    ["shear", 90],
    ["zoom", 1],
  ])("names the range %s when it is %d", async (parameter, value) => {
    const error = await thrownBy(() =>
      sampleAugmentation(stream(0, 0), SIZE, { ...RANGES, [parameter]: value }),
    );
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toMatchObject({ parameter, value });
  });
});

const NONE = { theta: 0, tx: 0, ty: 0, shear: 0, zx: 1, zy: 1 };

describe("augment", () => {
  test.each(WARPED)("warps by $params as Keras does", ({ input, params, data }) => {
    const warped = augment(formulaPixels(input[0]!, input[1]!), { ...NONE, ...params });
    expect(difference(warped, data).max).toBeLessThan(1e-4);
  });

  test("leaves the picture without a movement", () => {
    const image = formulaPixels(9, 14);
    expect(augment(image, NONE)).toEqual(Float32Array.from(image.data));
  });

  test("a whole-pixel shift copies pixels and repeats the edge", () => {
    const image = formulaPixels(4, 5);
    const row = (y: number) => Array.from(image.data.subarray(y * 15, y * 15 + 15));
    expect(Array.from(augment(image, { ...NONE, tx: 3 }))).toEqual([row(3), row(3), row(3), row(3)].flat());
    expect(Array.from(augment(image, { ...NONE, tx: -1 }))).toEqual([row(0), row(0), row(1), row(2)].flat());
  });

  test("half a turn reverses the order of the pixels", () => {
    const image = formulaPixels(6, 7);
    const twice = augment(
      { ...image, data: augment(image, { ...NONE, theta: 180 }) },
      { ...NONE, theta: 180 },
    );
    expect(difference(twice, image.data).max).toBeLessThan(1e-3);
    const once = augment(image, { ...NONE, theta: 180 });
    expect(once[0]).toBeCloseTo(image.data[image.data.length - 3]!, 3);
  });

  test("reads whole and real pixels alike, and stays within their range", () => {
    const parameters = fc.record({
      theta: fc.double({ min: -180, max: 180, noNaN: true }),
      tx: fc.double({ min: -40, max: 40, noNaN: true }),
      ty: fc.double({ min: -40, max: 40, noNaN: true }),
      shear: fc.double({ min: -60, max: 60, noNaN: true }),
      zx: fc.double({ min: 0.1, max: 3, noNaN: true }),
      zy: fc.double({ min: 0.1, max: 3, noNaN: true }),
    });
    const image = formulaPixels(11, 8);
    fc.assert(
      fc.property(parameters, (warp) => {
        const warped = augment(image, warp);
        const real = augment({ ...image, data: Float32Array.from(image.data) }, warp);
        expect(real.every((value, i) => value === warped[i])).toBe(true);
        expect(warped.every((value) => value >= 0 && value <= 255)).toBe(true);
      }),
    );
  });

  test.each([
    ["theta", { ...NONE, theta: Number.NaN }],
    ["zy", { ...NONE, zy: Number.POSITIVE_INFINITY }],
  ])("names the parameter %s when it is not finite", async (parameter, warp) => {
    const error = await thrownBy(() => augment(formulaPixels(3, 3), warp));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toMatchObject({ parameter });
  });
});
