import { expect, test } from "@jest/globals";
import { duration, table } from "./format.js";

test.each([
  [0.4, "0 s"],
  [59.4, "59 s"],
  [59.6, "1 min 00 s"],
  [185, "3 min 05 s"],
  [3599.9, "1 h 00 min"],
  [3720, "1 h 02 min"],
])("%p seconds read %p", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test("a table aligns its first column to the left, the others to the right", () => {
  expect(
    table([
      ["Split", "rows"],
      ["train", 218],
      ["a", 5],
    ]),
  ).toBe("Split  rows\ntrain   218\na         5");
});
