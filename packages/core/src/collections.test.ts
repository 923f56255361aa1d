import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { DisjointSets, groupBy } from "./collections.js";

test("items are grouped by key in their order, and those without a key are left out", () => {
  const groups = groupBy([3, 1, 4, 1, 5, 9, 2, 6], (n) => (n === 9 ? null : n % 2 === 0 ? "even" : "odd"));
  expect([...groups]).toEqual([
    ["odd", [3, 1, 1, 5]],
    ["even", [4, 2, 6]],
  ]);
  expect(groupBy([0, 1], (n) => n).get(0)).toEqual([0]);
});

test("two members are in one set when a chain of joins connects them", () => {
  const member = fc.nat(12);
  fc.assert(
    fc.property(fc.array(fc.tuple(member, member), { maxLength: 15 }), (pairs) => {
      const sets = new DisjointSets<number>();
      for (const [one, other] of pairs) sets.join(one, other);
      for (let start = 0; start <= 12; start++) {
        const reached = new Set([start]);
        for (let size = 0; size < reached.size; ) {
          size = reached.size;
          for (const [one, other] of pairs) {
            if (reached.has(one)) reached.add(other);
            if (reached.has(other)) reached.add(one);
          }
        }
        for (let end = 0; end <= 12; end++) {
          if ((sets.find(start) === sets.find(end)) !== reached.has(end)) throw new Error(`${start}, ${end}`);
        }
      }
    }),
    { numRuns: 50 },
  );
});

test("the member that stands for the first set stands for the joined one", () => {
  const sets = new DisjointSets();
  sets.join("a", "b");
  sets.join("c", "b");
  expect(["a", "b", "c", "d"].map((name) => sets.find(name))).toEqual(["c", "c", "c", "d"]);
});
