import { expect, test } from "@jest/globals";
import { table } from "./format.js";

test("a table aligns its first column to the left, the others to the right", () => {
  expect(
    table([
      ["Split", "rows"],
      ["train", 218],
      ["a", 5],
    ]),
  ).toBe("Split  rows\ntrain   218\na         5");
});
