import { InvalidArgumentError } from "@covidxr/core";
import type { GreyImage } from "@covidxr/image";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { centreMask, coverImage, lungEllipses } from "./covered-images.js";

const sizes = fc.tuple(fc.integer({ min: 3, max: 60 }), fc.integer({ min: 3, max: 60 }));
const covered = ({ data }: GreyImage): number => data.filter((value) => value === 255).length;
const rows = ({ width, data }: GreyImage): number[][] =>
  Array.from({ length: data.length / width }, (_, row) => [...data.subarray(row * width, (row + 1) * width)]);

/** Left and right are mirror images, and so are top and bottom. */
function expectSymmetric(mask: GreyImage): void {
  expect(rows(mask).map((row) => row.toReversed())).toEqual(rows(mask));
  expect(rows(mask).toReversed()).toEqual(rows(mask));
}

describe("centreMask", () => {
  test("leaves the outer tenth of each side uncovered", () => {
    const mask = centreMask(20, 30);
    expect(mask).toMatchObject({ width: 20, height: 30 });
    expect(covered(mask)).toBe(16 * 24);
    expect(rows(mask).map((row) => row.filter(Boolean).length)).toEqual([
      ...Array<number>(3).fill(0),
      ...Array<number>(24).fill(16),
      ...Array<number>(3).fill(0),
    ]);
    expect(covered(centreMask(382, 320))).toBe((382 - 2 * 38) * (320 - 2 * 32));
  });

  test("is symmetric, covers the middle and keeps an edge of any size", () => {
    fc.assert(
      fc.property(sizes, ([width, height]) => {
        const mask = centreMask(width, height);
        expectSymmetric(mask);
        const table = rows(mask);
        expect(table[Math.floor(height / 2)]![Math.floor(width / 2)]).toBe(255);
        for (const row of [table[0]!, table.map((values) => values[0]!)])
          expect(new Set(row)).toEqual(new Set([0]));
      }),
    );
  });

  test.each([
    { width: 2, height: 9, parameter: "width", value: 2 },
    { width: 9, height: 3.5, parameter: "height", value: 3.5 },
  ])("refuses $width × $height", ({ width, height, parameter, value }) => {
    const make = () => centreMask(width, height);
    expect(make).toThrow(InvalidArgumentError);
    expect(make).toThrow(expect.objectContaining({ parameter, value }));
  });
});

describe("lungEllipses", () => {
  test("cover what two ellipses cover", () => {
    const [width, height] = [382, 320];
    const expected = Array.from({ length: width * height }, (_, i) => {
      const x = ((i % width) + 0.5) / width;
      const y = (Math.floor(i / width) + 0.5) / height;
      const inside = (centre: number) => ((x - centre) / 0.26) ** 2 + ((y - 0.5) / 0.46) ** 2 <= 1;
      return inside(0.28) || inside(0.72);
    });
    const { data } = lungEllipses(width, height);
    const different = expected.filter((inside, i) => inside !== data[i]! > 0).length;
    expect(different).toBe(0);
    expect(covered(lungEllipses(width, height)) / (width * height)).toBeCloseTo(0.725, 3);
  });

  test("are symmetric and leave the corners uncovered at any size", () => {
    fc.assert(
      fc.property(sizes, ([width, height]) => {
        const mask = lungEllipses(width, height);
        expectSymmetric(mask);
        expect(covered(mask)).toBeGreaterThan(0);
        if (width > 9 && height > 9) expect([mask.data[0], mask.data.at(-1)]).toEqual([0, 0]);
      }),
    );
  });

  test.each([
    { width: 0, height: 9, parameter: "width", value: 0 },
    { width: 9, height: Number.NaN, parameter: "height", value: Number.NaN },
  ])("refuse $width × $height", ({ width, height, parameter, value }) => {
    const make = () => lungEllipses(width, height);
    expect(make).toThrow(InvalidArgumentError);
    expect(make).toThrow(expect.objectContaining({ parameter, value }));
  });
});

describe("coverImage", () => {
  const drawImage = (width: number, height: number) => ({
    width,
    height,
    data: Uint8Array.from({ length: width * height * 3 }, (_, i) => 1 + (i % 255)),
  });

  test("blackens the pixels under a mask of the same size, and no others", () => {
    fc.assert(
      fc.property(sizes, ([width, height]) => {
        const image = drawImage(width, height);
        const before = image.data.slice();
        const mask = centreMask(width, height);
        const { data } = coverImage(image, mask);
        expect(data).toEqual(before.map((value, i) => (mask.data[Math.floor(i / 3)]! > 0 ? 0 : value)));
        expect(image.data).toEqual(before);
      }),
    );
  });

  test("resizes a mask to the image", () => {
    const mask = { width: 2, height: 1, data: Uint8Array.of(0, 1) };
    const open = (image: { data: Uint8Array }) =>
      [...image.data.filter((_, i) => i % 3 === 0)].map((v) => v > 0);
    expect(open(coverImage(drawImage(4, 2), mask))).toEqual([
      true,
      true,
      false,
      false,
      true,
      true,
      false,
      false,
    ]);
    // The mask's value under the centre counts.
    const fine = { width: 4, height: 1, data: Uint8Array.of(0, 0, 0, 1) };
    expect(open(coverImage(drawImage(2, 1), fine))).toEqual([true, false]);
  });

  test.each([
    { parameter: "image", image: { width: 2, height: 2, data: new Uint8Array(4) }, side: 1 },
    { parameter: "mask", image: drawImage(2, 2), side: 3 },
    { parameter: "mask", image: drawImage(2, 2), side: 0 },
  ])("refuses a $parameter whose data do not fit", ({ parameter, image, side }) => {
    const cover = () => coverImage(image, { width: side, height: side, data: new Uint8Array(1) });
    expect(cover).toThrow(InvalidArgumentError);
    expect(cover).toThrow(expect.objectContaining({ parameter }));
  });
});
