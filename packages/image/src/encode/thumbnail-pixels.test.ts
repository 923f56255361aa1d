import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import reference from "../../fixtures/thumbnail.json";
import { formulaPixels } from "../testing/fixtures.js";
import { averageAreas } from "./thumbnail-pixels.js";

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
