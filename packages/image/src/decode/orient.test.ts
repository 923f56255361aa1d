import { describe, expect, test } from "@jest/globals";
import { formulaPixels } from "../testing/fixtures.js";
import { orient } from "./orient.js";

/** Orientation that undoes another. */
const INVERSES = [
  [1, 1],
  [2, 2],
  [3, 3],
  [4, 4],
  [5, 5],
  [6, 8],
  [7, 7],
  [8, 6],
] as const;

describe("orient", () => {
  test.each(INVERSES)("orientation %i is undone by %i", (there, back) => {
    const image = formulaPixels(5, 3);
    expect(orient(orient(image, there), back)).toEqual(image);
  });

  test("6 turns the stored picture a quarter clockwise", () => {
    const image = { width: 2, height: 1, data: Uint8Array.of(1, 1, 1, 2, 2, 2) };
    expect(orient(image, 6)).toEqual({ width: 1, height: 2, data: image.data });
    expect(orient(image, 8)).toEqual({ width: 1, height: 2, data: Uint8Array.of(2, 2, 2, 1, 1, 1) });
  });
});
