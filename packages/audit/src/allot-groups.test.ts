import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { allotGroups } from "./allot-groups.js";

type Counts = readonly (readonly number[])[];

/** Σ (count - target)² / target, after what is lacking, which nothing outweighs. */
function costOf(
  counts: Counts,
  targets: Counts,
  needed: readonly boolean[],
  partOf: readonly number[],
): number[] {
  let lacking = 0;
  let deviation = 0;
  for (const [part, target] of targets.entries()) {
    const own = counts.filter((_, group) => partOf[group] === part);
    if (own.length === 0) lacking++;
    for (const [code, wanted] of target.entries()) {
      const held = own.reduce((sum, group) => sum + group[code]!, 0);
      if (needed[code] && held === 0) lacking++;
      deviation += (held - wanted) ** 2 / wanted;
    }
  }
  return [lacking, deviation];
}

const input = fc
  .record({
    groups: fc.array(
      fc.tuple(fc.nat(4), fc.nat(4)).filter(([a, b]) => a + b > 0),
      { minLength: 3, maxLength: 14 },
    ),
    shares: fc.constantFrom([0.72, 0.18, 0.1], [0.5, 0.3, 0.2], [1 / 3, 1 / 3, 1 / 3]),
  })
  .filter(({ groups }) => [0, 1].every((code) => groups.some((group) => group[code]! > 0)))
  .map(({ groups, shares }) => {
    const totals = [0, 1].map((code) => groups.reduce((sum, group) => sum + group[code]!, 0));
    return {
      groups,
      targets: shares.map((share) => totals.map((total) => total * share)),
      needed: [0, 1].map((code) => groups.filter((group) => group[code]! > 0).length >= 3),
    };
  });

describe("allotGroups", () => {
  test("leaves no part empty and none without a class that three groups have", () => {
    fc.assert(
      fc.property(input, ({ groups, targets, needed }) => {
        const [lacking] = costOf(groups, targets, needed, allotGroups(groups, targets, needed));
        expect(lacking).toBe(0);
      }),
      { numRuns: 1000 },
    );
  });

  test("no group can move, and no two can change places, for counts nearer to the targets", () => {
    fc.assert(
      fc.property(input, ({ groups, targets, needed }) => {
        const partOf = allotGroups(groups, targets, needed);
        const reached = costOf(groups, targets, needed, partOf);
        const expectNoBetter = (other: readonly number[]) => {
          const [lacking, deviation] = costOf(groups, targets, needed, other);
          if (lacking === reached[0]) expect(deviation).toBeGreaterThan(reached[1]! - 1e-7);
          else expect(lacking).toBeGreaterThan(reached[0]!);
        };
        for (const one of groups.keys()) {
          for (const part of targets.keys()) expectNoBetter(partOf.with(one, part));
          for (const other of groups.keys()) {
            expectNoBetter(partOf.with(one, partOf[other]!).with(other, partOf[one]!));
          }
        }
      }),
    );
  });
});
