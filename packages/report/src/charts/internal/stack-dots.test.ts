import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { stackDots } from "./stack-dots.js";

const ROOM = 84;
const settings = (threshold: number) => ({
  of: (value: number) => value,
  isApart: (value: number) => value > 0.8,
  pixel: (value: number) => 20 + 340 * value,
  threshold,
  room: ROOM,
});
const values = (maxLength: number) =>
  fc.array(fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.5, 1)), {
    minLength: 1,
    maxLength,
  });
const thresholds = fc.constantFrom(0, 0.3, 0.5, 1);

test("each item is in one dot, on its own side of the threshold, near its value", () => {
  fc.assert(
    fc.property(values(120), thresholds, (items, threshold) => {
      const { dots } = stackDots(items, settings(threshold));
      const members = dots.flatMap((dot) => dot.members);
      expect([...members].sort((a, b) => a - b)).toEqual([...items].sort((a, b) => a - b));
      for (const dot of dots) {
        for (const value of dot.members) {
          expect(dot.isApart).toBe(value > 0.8);
          expect(Math.abs(dot.x - settings(threshold).pixel(value))).toBeLessThanOrEqual(12);
          const side = dot.x - settings(threshold).pixel(threshold);
          if (value > threshold) expect(side).toBeGreaterThan(-1e-9);
          else expect(side).toBeLessThan(1e-9);
        }
      }
    }),
  );
});

test("up to 400 that fit stay single; dots lie within their band", () => {
  fc.assert(
    fc.property(values(60), thresholds, (items, threshold) => {
      const { dots, binned } = stackDots(items, settings(threshold));
      expect(binned).toBe(false);
      expect(dots).toHaveLength(items.length);
      for (const dot of dots) expect(Math.abs(dot.y)).toBeLessThanOrEqual(ROOM / 2);
    }),
  );
});

test.each([
  { why: "400 spread out", items: Array.from({ length: 400 }, (_, i) => i / 400), binned: false },
  { why: "more than 400", items: Array.from({ length: 401 }, (_, i) => i / 401), binned: true },
  { why: "84 equal ones", items: new Array<number>(84).fill(0.25), binned: false },
  { why: "more equal ones than a column can show", items: new Array<number>(85).fill(0.25), binned: true },
])("bins where single dots cannot be distinguished: $why", ({ items, binned }) => {
  expect(stackDots(items, settings(0.5)).binned).toBe(binned);
});

test("a bin's area follows its number", () => {
  const items = [...new Array<number>(400).fill(0.1), ...new Array<number>(100).fill(0.6)];
  const { dots } = stackDots(items, settings(0.5));
  expect(dots.map((dot) => dot.members.length)).toEqual([400, 100]);
  expect(dots[0]!.radius / dots[1]!.radius).toBeCloseTo(2, 10);
});

test("no item makes no dot", () => expect(stackDots([], settings(0.5))).toEqual({ dots: [], binned: false }));
