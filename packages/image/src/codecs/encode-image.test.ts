import { isDeepStrictEqual } from "node:util";
import { InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import reference from "../../fixtures/thumbnail.json";
import type { GreyImage, RgbImage } from "../pixels/image.js";
import { formulaPixels, thrownBy } from "../testing/fixtures.js";
import { decodeImage } from "./decode-image.js";
import { averageAreas, encodeImage, type ThumbnailOptions, thumbnail } from "./encode-image.js";

const GREY = { width: 5, height: 4, data: Uint8Array.from({ length: 20 }, (_, i) => i * 12) };
const RGB = { width: 5, height: 4, data: Uint8Array.from({ length: 60 }, (_, i) => i * 4) };

describe("encodeImage", () => {
  test("writes a grey PNG for grey pixels and a colour PNG for colour pixels", async () => {
    const grey = await encodeImage(GREY, { format: "png" });
    const rgb = await encodeImage(RGB, { format: "png" });
    expect([grey[25], rgb[25]]).toEqual([0, 2]);
    expect(Array.from(grey.subarray(1, 4))).toEqual([0x50, 0x4e, 0x47]);
  });

  test("writes a complete JPEG whose size grows with quality", async () => {
    const low = await encodeImage(RGB, { format: "jpeg", quality: 10 });
    const high = await encodeImage(RGB, { format: "jpeg", quality: 95 });
    for (const bytes of [low, high]) {
      expect(Array.from(bytes.subarray(0, 2))).toEqual([0xff, 0xd8]);
      expect(Array.from(bytes.subarray(-2))).toEqual([0xff, 0xd9]);
    }
    expect(high.length).toBeGreaterThan(low.length);
  });

  test("gives the same bytes for the same pixels", async () => {
    for (const format of ["png", "jpeg"] as const) {
      const first = await encodeImage(GREY, { format });
      expect(isDeepStrictEqual(await encodeImage(GREY, { format }), first)).toBe(true);
    }
  });

  test.each([
    ["image", { ...RGB, data: RGB.data.subarray(1) }, { format: "png" }],
    ["image", { ...RGB, width: 0 }, { format: "png" }],
    ["quality", RGB, { format: "jpeg", quality: 0 }],
    ["format", RGB, { format: "gif" }],
  ] as const)("names the parameter %s when it is wrong", async (parameter, image, options) => {
    const error = await encodeImage(image, options as { format: "png" }).catch((caught) => caught);
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect((error as InvalidArgumentError).parameter).toBe(parameter);
  });
});

/** Grey of one value. */
const grey = (width: number, height: number, value = 100): GreyImage => ({
  width,
  height,
  data: new Uint8Array(width * height).fill(value),
});

const decoded = async (image: RgbImage | GreyImage, options?: ThumbnailOptions): Promise<RgbImage> =>
  decodeImage(await thumbnail(image, options), { name: "thumbnail.jpg" });

describe("thumbnail", () => {
  test.each([
    { from: [382, 320], options: {}, to: [128, 107] },
    { from: [320, 382], options: {}, to: [107, 128] },
    { from: [128, 40], options: {}, to: [128, 40] },
    { from: [20, 10], options: {}, to: [20, 10] },
    { from: [300, 100], options: { longestSide: 30 }, to: [30, 10] },
    { from: [300, 2], options: { longestSide: 30 }, to: [30, 1] },
  ])("of $from with $options has $to pixels", async ({ from, options, to }) => {
    const { width, height } = await decoded(grey(from[0]!, from[1]!), options);
    expect([width, height]).toEqual(to);
  });

  test("keeps colours, and grey as three equal channels", async () => {
    const colour = {
      width: 40,
      height: 40,
      data: Uint8Array.from({ length: 4800 }, (_, i) => 60 + 60 * (i % 3)),
    };
    const { data: small } = await decoded(colour, { longestSide: 8, quality: 95 });
    for (const [i, value] of small.entries())
      expect(Math.abs(value - (60 + 60 * (i % 3)))).toBeLessThanOrEqual(4);
    const { data } = await decoded(grey(40, 40), { longestSide: 8, quality: 95 });
    for (const value of data) expect(Math.abs(value - 100)).toBeLessThanOrEqual(2);
  });

  test("a line one pixel thin stays visible at a quarter of the size, wherever it lies", async () => {
    for (let column = 0; column < 4; column++) {
      const image = grey(64, 64, 0);
      for (let y = 0; y < 64; y++) image.data[y * 64 + 28 + column] = 255;
      const { data } = await decoded(image, { longestSide: 16, quality: 95 });
      // A quarter of 255, in the eighth column.
      expect(Math.abs(data[(8 * 16 + 7) * 3]! - 64)).toBeLessThanOrEqual(8);
    }
  });

  test("gives the same bytes for the same pixels, more of them for more quality", async () => {
    const noisy = {
      width: 64,
      height: 64,
      data: Uint8Array.from({ length: 4096 }, (_, i) => (i * i * 31) % 251),
    };
    const first = await thumbnail(noisy);
    expect(isDeepStrictEqual(await thumbnail(noisy), first)).toBe(true);
    expect((await thumbnail(noisy, { quality: 95 })).length).toBeGreaterThan(first.length);
  });

  test.each([
    ["image", { width: 2, height: 2, data: new Uint8Array(5) }, {}],
    ["longestSide", grey(2, 2), { longestSide: 0 }],
    ["longestSide", grey(2, 2), { longestSide: 1.5 }],
    ["quality", grey(2, 2), { quality: 101 }],
  ])("names the parameter %s when it is wrong", async (parameter, image, options) => {
    const error = await thrownBy(() => thumbnail(image, options));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toMatchObject({ parameter });
  });
});

describe("averageAreas", () => {
  test.each(reference.cases)("$input to $output equals $source", ({ input, output, data: expected }) => {
    const [height, width, channels] = input as [number, number, number];
    const data = formulaPixels(height, width).data.filter((_, i) => i % 3 < channels);
    expect(Array.from(averageAreas({ height, width, data }, channels, output[0]!, output[1]!))).toEqual(
      expected,
    );
  });

  const side = fc.integer({ min: 1, max: 20 });
  const shrunk = fc.tuple(side, side, fc.constantFrom(1, 3)).chain(([height, width, channels]) =>
    fc.record({
      height: fc.constant(height),
      width: fc.constant(width),
      channels: fc.constant(channels),
      newHeight: fc.integer({ min: 1, max: height }),
      newWidth: fc.integer({ min: 1, max: width }),
      data: fc.uint8Array({ minLength: height * width * channels, maxLength: height * width * channels }),
    }),
  );

  test("the mean of the picture stays, but for the rounding", () => {
    fc.assert(
      fc.property(shrunk, ({ newHeight, newWidth, channels, ...image }) => {
        const data = averageAreas(image, channels, newHeight, newWidth);
        for (let c = 0; c < channels; c++) {
          const mean = (of: Uint8Array): number => {
            const own = of.filter((_, i) => i % channels === c);
            return own.reduce((sum, value) => sum + value, 0) / own.length;
          };
          expect(Math.abs(mean(data) - mean(image.data))).toBeLessThanOrEqual(0.5 + 1e-9);
        }
      }),
    );
  });

  test("the same size gives an equal, separate picture, one value stays itself", () => {
    fc.assert(
      fc.property(shrunk, fc.nat(255), ({ newHeight, newWidth, channels, ...image }, value) => {
        const same = averageAreas(image, channels, image.height, image.width);
        expect(same).toEqual(image.data);
        expect(same).not.toBe(image.data);
        const flat = { ...image, data: image.data.map(() => value) };
        expect(new Set(averageAreas(flat, channels, newHeight, newWidth))).toEqual(new Set([value]));
      }),
    );
  });
});
