import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { DisjointSets } from "./disjoint-sets.js";

test("two names are in one set when a chain of joins leads from one to the other", () => {
  const name = fc.nat(12).map(String);
  fc.assert(
    fc.property(fc.array(fc.tuple(name, name), { maxLength: 15 }), (pairs) => {
      const sets = new DisjointSets();
      for (const [one, other] of pairs) sets.join(one, other);
      for (let start = 0; start <= 12; start++) {
        const reached = new Set([String(start)]);
        for (let size = 0; size < reached.size; ) {
          size = reached.size;
          for (const [one, other] of pairs) {
            if (reached.has(one)) reached.add(other);
            if (reached.has(other)) reached.add(one);
          }
        }
        for (let end = 0; end <= 12; end++) {
          expect(sets.find(String(start)) === sets.find(String(end))).toBe(reached.has(String(end)));
        }
      }
    }),
  );
});
