import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  counted,
  listed,
  quantity,
  share,
  shorten,
  spread,
  tableNumber,
  textWidth,
  withInterval,
  wrap,
} from "./text.js";

const words = fc.string({ unit: fc.constantFrom(..."aWi .é漢😀"), maxLength: 60 });

describe("textWidth", () => {
  // Advances of DejaVu Sans 2.37 in 2048ths of an em (its hmtx table).
  test.each([
    { text: "0", advance: 1303 },
    { text: "a", advance: 1255 },
    { text: "m", advance: 1995 },
    { text: "W", advance: 2025 },
    { text: "C", advance: 1430 },
    { text: "i", advance: 569 },
    { text: "[", advance: 799 },
    { text: "=", advance: 1716 },
  ])("is near the widest system font's: $text", ({ text, advance }) => {
    const width = (12 * advance) / 2048;
    expect(Math.abs(textWidth(text) - width)).toBeLessThan(1.5);
  });
});

describe("shorten", () => {
  test("keeps what fits", () => expect(shorten("Accuracy", 200)).toBe("Accuracy"));
  test("ends with an ellipsis", () => expect(shorten("abcdefghij", 40)).toMatch(/^abc.*…$/));
  test("never goes beyond the width, nor splits a character", () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 20, max: 300 }), (text, width) => {
        const short = shorten(text, width);
        expect(textWidth(short)).toBeLessThanOrEqual(width);
        expect(short).not.toMatch(/\p{Surrogate}/u);
      }),
    );
  });
});

describe("wrap", () => {
  test("breaks between words", () => {
    expect(wrap("one two three four", 60, 3)).toEqual(["one two", "three", "four"]);
  });
  test("shortens the last line alone where there are too many words", () => {
    const lines = wrap("one two three four five six", 60, 2);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toBe("one two");
    expect(lines[1]).toMatch(/^three.*…$/);
  });
  test("keeps every word where there are lines enough, and each line within the width", () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 30, max: 300 }), (text, width) => {
        const lines = wrap(text, width, 100);
        for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
        if (!lines.some((line) => line.endsWith("…"))) {
          expect(lines.join(" ")).toBe(text.replace(/\s+/g, " ").trim());
        }
      }),
    );
  });
});

describe("spread", () => {
  test("leaves what is apart", () => expect(spread([10, 50], 15, 0, 100)).toEqual([10, 50]));
  test("moves the lower ones down", () => expect(spread([12, 10], 15, 0, 100)).toEqual([25, 10]));
  test("stays within its room", () => expect(spread([95, 99], 15, 0, 100)).toEqual([85, 100]));
  test("keeps order, gap and room", () => {
    const positions = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(positions, (from) => {
        const to = spread(from, 15, 0, 100);
        const order = from.map((_, i) => i).sort((a, b) => from[a]! - from[b]! || a - b);
        order.forEach((i, k) => {
          expect(to[i]).toBeGreaterThanOrEqual(0);
          expect(to[i]).toBeLessThanOrEqual(100);
          if (k > 0) expect(to[i]! - to[order[k - 1]!]!).toBeGreaterThanOrEqual(15);
        });
      }),
    );
  });
});

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
