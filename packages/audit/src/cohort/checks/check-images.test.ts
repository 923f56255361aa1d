import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { changeRows, cleanCohort, copyPair } from "../../testing/clean-cohort.js";
import { checkImages, linkCopies } from "./check-images.js";

const clean = cleanCohort(3);
const ofSplit = (split: string) => clean.rows.filter((row) => row.split === split);
const [a, b] = ofSplit("train").filter(({ label }) => label === 0);
const [negative, positive] = ofSplit("test");
const last = ofSplit("predict")[0]!;

describe("checkImages", () => {
  test("finds nothing without copies", () => {
    expect(checkImages(clean.rows, [])).toEqual([]);
  });

  test("finds a copy across splits", () => {
    expect(checkImages(clean.rows, [copyPair(a!.path, negative!.path, { mirrored: true })])).toEqual([
      {
        check: "images",
        severity: "leak",
        summary:
          "1 image appears in 2 different files across splits (train and test); patients differ in 1 pair.",
        items: [
          `${a!.filename} (train) and ${negative!.filename} (test): distance 3 of 128 bits, correlation 0.980, mirrored, patients differ`,
        ],
      },
    ]);
  });

  test("finds a copy within a split, with identical pixels, as an issue", () => {
    expect(a!.patientId).toBe(b!.patientId);
    const pair = copyPair(a!.path, b!.path, { kind: "pixels", distance: 0, correlation: 1 });
    expect(checkImages(clean.rows, [pair])).toEqual([
      {
        check: "images",
        severity: "issue",
        summary: "1 image appears in 2 different files within one split.",
        items: [
          `${a!.filename} (train) and ${b!.filename} (train): identical pixels, distance 0 of 128 bits, correlation 1.000`,
        ],
      },
    ]);
  });

  test("states that classes differ, and which file is the crop", () => {
    const crop = { of: "first", window: { left: 0, top: 0, width: 0.9, height: 1 } } as const;
    const [finding] = checkImages(clean.rows, [copyPair(negative!.path, positive!.path, { crop })]);
    expect(finding!.summary).toBe(
      "1 image appears in 2 different files within one split; classes differ in 1 pair, patients differ in 1 pair.",
    );
    expect(finding!.items[0]).toMatch(
      /, the first is a crop of the second, classes differ, patients differ$/,
    );
  });

  test("copies of copies are one image, also through identical bytes", () => {
    const chain = [copyPair(a!.path, b!.path), copyPair(b!.path, last.path, { kind: "file" })];
    const [finding, ...others] = checkImages(clean.rows, chain);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      severity: "leak",
      summary: "1 image appears in 2 different files across splits (train and predict).",
    });
    expect(finding!.items).toHaveLength(1);
    expect(checkImages(clean.rows, chain.slice(1))).toEqual([]);
  });

  test("rows marked as duplicates are not in use; without splits there are only issues", () => {
    const pair = copyPair(a!.path, last.path);
    const marked = changeRows(clean, ({ path }) => (path === last.path ? { status: "duplicate" } : {}));
    expect(checkImages(marked.rows, [pair])).toEqual([]);
    const unsplit = changeRows(clean, () => ({ split: null }));
    expect(checkImages(unsplit.rows, [pair])).toMatchObject([
      { severity: "issue", summary: expect.stringContaining("within the cohort") },
    ]);
  });

  describe("files marked as duplicates", () => {
    const mark = (...paths: readonly string[]) =>
      changeRows(clean, ({ path }) => (paths.includes(path) ? { status: "duplicate" } : {})).rows;
    const chain = [copyPair(a!.path, b!.path), copyPair(b!.path, negative!.path)];

    test("still relate two others", () => {
      expect(checkImages(mark(b!.path), chain)).toEqual([
        {
          check: "images",
          severity: "leak",
          summary:
            "1 image appears in 2 different files across splits (train and test); patients differ in 1 pair.",
          items: [
            `${a!.filename} (train) and ${negative!.filename} (test): related through ${b!.filename} (marked as a duplicate), patients differ`,
          ],
        },
      ]);
      const other = ofSplit("train").find(({ path }) => path !== a!.path && path !== b!.path)!;
      const within = [chain[0]!, copyPair(b!.path, other.path)];
      expect(checkImages(mark(b!.path), within)).toMatchObject([
        { severity: "issue", items: [expect.stringContaining(`related through ${b!.filename}`)] },
      ]);
    });

    test("are ignored where only one file in use is left", () => {
      expect(checkImages(mark(b!.path, negative!.path), chain)).toEqual([]);
      expect(checkImages(mark(a!.path, negative!.path), chain)).toEqual([]);
    });

    test("relate others through identical bytes, too; files identical to both are left to checkFiles", () => {
      const [first, second] = chain;
      const bytes = [first!, { ...second!, kind: "file" as const }];
      expect(checkImages(mark(b!.path), bytes)).toMatchObject([
        { severity: "leak", summary: expect.stringContaining("in 2 different files across splits") },
      ]);
      const same = chain.map((pair) => ({ ...pair, kind: "file" as const }));
      expect(checkImages(mark(b!.path), same)).toEqual([]);
    });

    test("are named in order, and each link once", () => {
      const [one, two] = ofSplit("train").slice(10);
      const long = [
        copyPair(a!.path, one!.path),
        copyPair(one!.path, two!.path),
        copyPair(two!.path, negative!.path),
        copyPair(negative!.path, last.path),
        copyPair(one!.path, positive!.path),
      ];
      const [finding, ...others] = checkImages(mark(one!.path, two!.path), long);
      expect(others).toEqual([]);
      expect(finding!.summary).toMatch(/^1 image appears in 4 different files across splits/);
      expect(finding!.items.map((item) => item.replace(/, (classes|patients) differ/g, ""))).toEqual([
        `${negative!.filename} (test) and ${last.filename} (predict): distance 3 of 128 bits, correlation 0.980`,
        `${a!.filename} (train) and ${positive!.filename} (test): related through ${one!.filename} (marked as a duplicate)`,
        `${a!.filename} (train) and ${negative!.filename} (test): related through ${one!.filename} and ${two!.filename} (marked as duplicates)`,
      ]);
    });
  });
});

const link = (pairs: readonly (readonly [string, string])[], used: string) =>
  linkCopies(
    pairs.map(([first, second]) => copyPair(first, second)),
    (path) => used.includes(path),
  ).map(({ links }) => links.map(({ first, by, second }) => [first, ...by, second].join("")));

test("pairs in use stay, and files not in use connect by the shortest path", () => {
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

test("links connect all files in use of an image, with no file in use in between", () => {
  const path = fc.constantFrom(..."abcdefgh");
  const pair = fc.tuple(path, path).filter(([one, other]) => one !== other);
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 12 }), fc.subarray([..."abcdefgh"]), (pairs, used) => {
      const images = linkCopies(
        pairs.map(([first, second]) => copyPair(first, second)),
        (each) => used.includes(each),
      );
      for (const { paths, files, links } of images) {
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
