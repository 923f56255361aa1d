import { expect, test } from "@jest/globals";
import { capitalize, countOf, enumerate, percent } from "./words.js";

test("numbers with their nouns", () => {
  expect([countOf(0, "image"), countOf(1, "image"), countOf(2, "image")]).toEqual([
    "0 images",
    "1 image",
    "2 images",
  ]);
});

test("shares", () => {
  expect([0, 0.0004, 0.024, 0.0994, 0.0996, 0.58, 1, Number.NaN].map(percent)).toEqual([
    "0 %",
    "0.0 %",
    "2.4 %",
    "9.9 %",
    "10 %",
    "58 %",
    "100 %",
    "an undefined share",
  ]);
});

test("lists and sentences", () => {
  expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(enumerate)).toEqual(["", "a", "a and b", "a, b and c"]);
  expect([capitalize("age band"), capitalize("")]).toEqual(["Age band", ""]);
});
