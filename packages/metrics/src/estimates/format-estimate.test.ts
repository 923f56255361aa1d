import { describe, expect, test } from "@jest/globals";
import { formatEstimate, formatFigure } from "./format-estimate.js";

describe("formatFigure", () => {
  test.each([
    [29 / 31, "0.935"],
    [1, "1.000"],
    [-0.5, "-0.500"],
    [Number.NaN, "undefined"],
    [Number.POSITIVE_INFINITY, "∞"],
    [Number.NEGATIVE_INFINITY, "−∞"],
  ])("%p reads %p", (value, text) => {
    expect(formatFigure(value)).toBe(text);
  });
});

describe("formatEstimate", () => {
  test("shows figure and interval", () => {
    expect(formatEstimate({ value: 29 / 31, low: 0.7858, high: 0.9921 })).toBe("0.935 [0.786, 0.992]");
  });

  test("leaves an undefined interval out", () => {
    expect(formatEstimate({ value: 2, low: Number.NaN, high: Number.NaN })).toBe("2.000");
  });

  test("says that a figure is undefined", () => {
    expect(formatEstimate({ value: Number.NaN, low: Number.NaN, high: Number.NaN })).toBe("undefined");
  });
});
