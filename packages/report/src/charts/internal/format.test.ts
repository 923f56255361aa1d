import { describe, expect, test } from "@jest/globals";
import { counted, listed, quantity, share, tableNumber, withInterval } from "./format.js";

test.each([
  [0.9, "0.900"],
  [-0.00001, "0.000"],
  [-0.25, "-0.250"],
  [0.1 + 0.2, "0.300"],
  [Number.NaN, "undefined"],
  [Number.POSITIVE_INFINITY, "undefined"],
  [null, "undefined"],
  [undefined, "undefined"],
])("share(%p) is %p", (value, text) => expect(share(value)).toBe(text));

describe("withInterval", () => {
  test("writes both", () => expect(withInterval(0.9, 0.7347, 0.9789)).toBe("0.900 [0.735, 0.979]"));
  test("writes the value alone without bounds", () => expect(withInterval(0.9, Number.NaN, 1)).toBe("0.900"));
  test("says undefined", () => expect(withInterval(Number.NaN, 0, 1)).toBe("undefined"));
});

test.each([
  [0.1 + 0.2, "0.3"],
  [12345, "12345"],
  [0.036483, "0.03648"],
  [null, "undefined"],
])("quantity(%p) is %p", (value, text) => expect(quantity(value)).toBe(text));

test.each([
  [0.1 + 0.2, 0.3],
  [0.00012345, 0.000123],
  [304, 304],
  [Number.POSITIVE_INFINITY, "∞"],
  [Number.NaN, "undefined"],
  [null, "undefined"],
])("tableNumber(%p) is %p", (value, cell) => expect(tableNumber(value)).toBe(cell));

test("counted has a plural", () => {
  expect([0, 1, 2].map((count) => counted(count, "image"))).toEqual(["0 images", "1 image", "2 images"]);
});

test("listed leaves the rest to the table", () => {
  expect(listed(["a", "b"])).toBe("a; b.");
  expect(listed(["a", "b", "c"], 2)).toBe("a; b; and 1 more in the table.");
});
