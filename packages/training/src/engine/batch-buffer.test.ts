import { describe, expect, test } from "@jest/globals";
import { toHalf } from "../features/feature-array.js";
import { batchBuffer } from "./batch-buffer.js";

const SHAPE = [2, 1, 3];
const images = [Float32Array.of(1, 2, 3, 4, 5, 6), Float32Array.of(7, 8, 9, 10, 11, 12)];

describe.each([
  { precision: "float32", given: images },
  { precision: "float16", given: images.map(toHalf) },
])("$precision", ({ given }) => {
  test("images first: one image after another", () => {
    const { data, dims } = batchBuffer(SHAPE)(given);
    expect(dims).toEqual([2, 2, 1, 3]);
    expect([...data]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  test("spatial first: one pixel of all images after another", () => {
    const { data, dims } = batchBuffer(SHAPE, "spatial-first")(given);
    expect(dims).toEqual([2, 1, 2, 3]);
    expect([...data]).toEqual([1, 2, 3, 7, 8, 9, 4, 5, 6, 10, 11, 12]);
  });
});

test("a smaller batch after a larger one holds its own images only", () => {
  const join = batchBuffer(SHAPE, "spatial-first");
  join(images);
  const { data, dims } = join([images[1]!]);
  expect(dims).toEqual([2, 1, 1, 3]);
  expect([...data]).toEqual([7, 8, 9, 10, 11, 12]);
});
