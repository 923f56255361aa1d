import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { linkCopies } from "./link-copies.js";
import { copyPair } from "./testing/clean-cohort.js";

const link = (pairs: readonly (readonly [string, string])[], used: string) =>
  linkCopies(
    pairs.map(([first, second]) => copyPair(first, second)),
    (path) => used.includes(path),
  ).map(({ links }) => links.map(({ first, by, second }) => [first, ...by, second].join("")));

test("pairs in use stay, and files out of use bridge by the shortest way", () => {
  const ring = [
    ["a", "b"],
    ["b", "c"],
    ["c", "d"],
    ["d", "e"],
    ["e", "a"],
  ] as const;
  expect(link(ring, "abcde")).toEqual([["ab", "bc", "cd", "de", "ea"]]);
  expect(link(ring, "ac")).toEqual([["abc"]]);
  expect(link(ring, "ad")).toEqual([["aed"]]);
  expect(link(ring, "abd")).toEqual([["ab", "aed"]]);
  expect(link(ring, "a")).toEqual([]);
  expect(link(ring, "")).toEqual([]);
});

test("files in use of a picture hang together by the links, with nothing in use on the way", () => {
  const path = fc.constantFrom(..."abcdefgh");
  const pair = fc.tuple(path, path).filter(([one, other]) => one !== other);
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 12 }), fc.subarray([..."abcdefgh"]), (pairs, used) => {
      const pictures = linkCopies(
        pairs.map(([first, second]) => copyPair(first, second)),
        (each) => used.includes(each),
      );
      for (const { paths, files, links } of pictures) {
        expect(files).toBe(paths.length);
        const reached = new Set([paths[0]!]);
        for (const _ of links) {
          for (const { first, second } of links) {
            if (reached.has(first)) reached.add(second);
            else if (reached.has(second)) reached.add(first);
          }
        }
        expect([...reached].sort()).toEqual([...paths].sort());
        for (const { first, by, second, pair: direct } of links) {
          expect(direct === null).toBe(by.length > 0);
          expect(by.some((each) => used.includes(each))).toBe(false);
          const way = [first, ...by, second];
          for (const [i, next] of way.slice(1).entries()) {
            expect(pairs.some((each) => each.includes(way[i]!) && each.includes(next))).toBe(true);
          }
        }
      }
    }),
  );
});
