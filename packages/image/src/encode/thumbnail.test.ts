import { isDeepStrictEqual } from "node:util";
import { InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import { decodeImage } from "../decode/decode-image.js";
import type { GreyImage, RgbImage } from "../pixels/images.js";
import { thrownBy } from "../testing/fixtures.js";
import { type ThumbnailOptions, thumbnail } from "./thumbnail.js";

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
