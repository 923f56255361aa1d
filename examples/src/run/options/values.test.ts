import { describe, expect, test } from "@jest/globals";
import { InvalidArgumentError } from "commander";
import { listOf, notNegative, positive, share, whole, wholeList } from "./values.js";

describe.each<{ name: string; parse: (text: string) => unknown; good: [string, unknown][]; bad: string[] }>([
  { name: "whole(1)", parse: whole(1), good: [["3", 3]], bad: ["0", "1.5", "", "-1", "x", "1e99"] },
  { name: "wholeList(0)", parse: wholeList(0), good: [["2,0,1", [2, 0, 1]]], bad: ["1,1", "1,", "a", ""] },
  {
    name: "share",
    parse: share,
    good: [
      ["0", 0],
      ["0.5", 0.5],
      ["1", 1],
    ],
    bad: ["1.1", "-0.1", "", "NaN"],
  },
  { name: "positive", parse: positive, good: [["1e-3", 0.001]], bad: ["0", "-1", "Infinity", "", "x"] },
  { name: "notNegative", parse: notNegative, good: [["0", 0]], bad: ["-1", "Infinity", "", "x"] },
  {
    name: "listOf",
    parse: listOf(["cpu", "cuda"]),
    good: [["cuda,cpu", ["cuda", "cpu"]]],
    bad: ["", "gpu", "cpu,"],
  },
])("$name", ({ parse, good, bad }) => {
  test("reads what it should", () => {
    for (const [text, value] of good) expect(parse(text)).toEqual(value);
  });

  test("refuses the rest", () => {
    for (const text of bad) expect(() => parse(text)).toThrow(InvalidArgumentError);
  });
});
