import { InterruptedError, InvalidArgumentError } from "@covidxr/core";
import type { RgbImage } from "@covidxr/image";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { pixelEmbedder } from "./embedder.js";

const drawImage = (
  width: number,
  height: number,
  colour: (column: number, row: number) => number[],
): RgbImage => ({
  width,
  height,
  data: Uint8Array.from(
    Array.from({ length: width * height }, (_, i) => colour(i % width, Math.floor(i / width))).flat(),
  ),
});
const embed = async (side: number, ...images: RgbImage[]) =>
  pixelEmbedder({ side }).embed(images.map((image, i) => ({ key: `${i}`, load: async () => image })));
const grey = (value: number): number[] => [value, value, value];

describe("pixelEmbedder", () => {
  test("averages areas, pixels in part counting in part", async () => {
    const [four, half] = await embed(
      2,
      drawImage(4, 2, (column, row) => grey(10 * column + row)),
      drawImage(3, 1, (column) => grey(30 * column)),
    );
    expect([...four!]).toEqual([5, 25, 6, 26]);
    // Two columns of one and a half pixels each: (0 + 30 / 2) / 1.5 and (30 / 2 + 60) / 1.5.
    const expected = [10, 50, 10, 50];
    for (const [i, value] of expected.entries()) expect(half![i]).toBeCloseTo(value, 5);
  });

  test("weighs colours as luma", async () => {
    const [red, green, blue] = await embed(
      1,
      ...[0, 1, 2].map((channel) => drawImage(1, 1, () => [0, 1, 2].map((c) => (c === channel ? 100 : 0)))),
    );
    expect([...red!, ...green!, ...blue!].map((value) => Math.round(value * 10) / 10)).toEqual([
      29.9, 58.7, 11.4,
    ]);
  });

  test("keeps the mean of the image at any size", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 6 }),
        async (width, height, side) => {
          const value = (column: number, row: number): number => (37 * column + 91 * row) % 256;
          const [vector] = await embed(
            side,
            drawImage(width, height, (c, r) => grey(value(c, r))),
          );
          expect(vector).toHaveLength(side * side);
          let sum = 0;
          for (let row = 0; row < height; row++) for (let c = 0; c < width; c++) sum += value(c, row);
          const mean = vector!.reduce((a, b) => a + b) / vector!.length;
          expect(mean).toBeCloseTo(sum / (width * height), 3);
        },
      ),
    );
  });

  test("counts images and stops when it is told to", async () => {
    const controller = new AbortController();
    const done: string[] = [];
    const images = [1, 2, 3].map((i) => ({ key: `${i}`, load: async () => drawImage(1, 1, () => grey(i)) }));
    const run = pixelEmbedder().embed(images, {
      signal: controller.signal,
      onProgress: (progress) => {
        done.push(`${progress.done}/${progress.total}`);
        if (progress.done === 2) controller.abort();
      },
    });
    await expect(run).rejects.toBeInstanceOf(InterruptedError);
    expect(done).toEqual(["1/3", "2/3"]);
  });

  test.each([0, -1, 2.5])("refuses a side of %p", (side) => {
    const make = () => pixelEmbedder({ side });
    expect(make).toThrow(InvalidArgumentError);
    expect(make).toThrow(expect.objectContaining({ parameter: "side", value: side }));
  });
});
