import { InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { difference, formulaPixels, thrownBy, WARPED } from "../testing/fixtures.js";
import { augment } from "./augment.js";

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
        expect(augment({ ...image, data: Float32Array.from(image.data) }, warp)).toEqual(warped);
        for (const value of warped) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(255);
        }
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
