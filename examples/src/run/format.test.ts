import { expect, test } from "@jest/globals";
import { formatBytes, table } from "./format.js";

test("a table aligns its first column to the left, the others to the right", () => {
  expect(
    table([
      ["Split", "rows"],
      ["train", 218],
      ["a", 5],
    ]),
  ).toBe("Split  rows\ntrain   218\na         5");
});

test("bytes are shown in decimal megabytes", () => {
  expect([0, 49_999, 138_222_561].map(formatBytes)).toEqual(["0.0 MB", "0.0 MB", "138.2 MB"]);
});
