import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { cleanCohort, copyPair } from "../cohort/testing/clean-cohort.js";
import { deduplicate } from "./deduplicate.js";

const { rows } = cleanCohort(1);
const [a, b, c, d] = rows;
const statuses = (found: readonly { status: string }[]) => found.map(({ status }) => status);

describe("deduplicate", () => {
  test("keeps the first row of a file and of a picture, and changes nothing but statuses", () => {
    const given = [a!, b!, { ...a!, split: "test" as const }, c!, d!];
    const found = deduplicate(given, [copyPair(c!.path, b!.path)]);
    expect(statuses(found)).toEqual(["used", "used", "duplicate", "duplicate", "used"]);
    expect(found.map((row) => ({ ...row, status: "used" }))).toEqual(given);
    expect(statuses(deduplicate(given))).toEqual(["used", "used", "duplicate", "used", "used"]);
  });

  test("copies of copies are one picture, also by a file that no row has", () => {
    const chain = [copyPair(a!.path, "elsewhere.png"), copyPair("elsewhere.png", c!.path)];
    expect(statuses(deduplicate([a!, b!, c!], chain))).toEqual(["used", "used", "duplicate"]);
  });

  test("a row out of use takes no place and stays what it is", () => {
    const given = [{ ...a!, status: "missing" as const }, a!, { ...a!, status: "unreadable" as const }, a!];
    expect(statuses(deduplicate(given))).toEqual(["missing", "used", "unreadable", "duplicate"]);
  });

  test("leaves one used row of each picture, and does nothing more a second time", () => {
    const place = fc.nat(9);
    const drawn = fc.array(place, { maxLength: 20 });
    fc.assert(
      fc.property(drawn, fc.array(fc.tuple(place, place), { maxLength: 6 }), (places, pairs) => {
        const given = places.map((i) => rows[i]!);
        const copies = pairs.map(([i, j]) => copyPair(rows[i]!.path, rows[j]!.path));
        const found = deduplicate(given, copies);
        const used = found.filter(({ status }) => status === "used").map(({ path }) => path);
        expect(new Set(used).size).toBe(used.length);
        for (const { first, second } of copies) {
          if (first !== second) expect(used.includes(first) && used.includes(second)).toBe(false);
        }
        expect(deduplicate(found, copies)).toEqual(found);
      }),
    );
  });
});
