import { expect, test } from "@jest/globals";
import { formatPValue } from "./format-p-value.js";

test.each([
  [0.0414, "p = 0.041"],
  [1, "p = 1.000"],
  [0.001, "p = 0.001"],
  [0.00099, "p < 0.001"],
  [Number.NaN, "p undefined"],
])("%p reads %p", (value, text) => {
  expect(formatPValue(value)).toBe(text);
});
