import { expect, test } from "@jest/globals";
import { createTally } from "./collection.js";

test("counts by kind, in the order of their first ones, with three examples", () => {
  const tally = createTally();
  expect(tally.list()).toEqual([]);
  for (const name of ["1", "2", "3", "4"]) tally.add("a", name);
  tally.add("b", "x");
  tally.add("a", "5");
  expect(tally.list()).toEqual([
    { what: "a", count: 5, examples: ["1", "2", "3"] },
    { what: "b", count: 1, examples: ["x"] },
  ]);
});
