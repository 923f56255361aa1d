import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { balanceFolds, balanceHoldOut, balanceParts, type Counts, gatherGroups } from "./balance-groups.js";

test("rows are gathered by group and counted by class, both in the order of first rows", () => {
  expect(gatherGroups([1, 0, 1, 1], ["b", "a", "b", "a"])).toEqual([
    { rows: [0, 2], counts: [2, 0] },
    { rows: [1, 3], counts: [1, 1] },
  ]);
});

describe("balanceFolds", () => {
  /** Σ over folds and classes of the squared shares. */
  function squares(groups: readonly Counts[], foldOf: readonly number[], folds: number): number {
    const totals = groups[0]!.map((_, code) => groups.reduce((sum, counts) => sum + counts[code]!, 0));
    const held = Array.from({ length: folds }, () => totals.map(() => 0));
    for (const [index, counts] of groups.entries()) {
      for (const [code, count] of counts.entries()) held[foldOf[index]!]![code]! += count;
    }
    return held
      .flatMap((fold) => fold.map((count, code) => (count / totals[code]!) ** 2))
      .reduce((a, b) => a + b);
  }

  function expectNoBetterMove(groups: readonly Counts[], folds: number): void {
    const foldOf = balanceFolds(groups, folds);
    const reached = squares(groups, foldOf, folds);
    for (const index of groups.keys()) {
      for (let fold = 0; fold < folds; fold++) {
        if (squares(groups, foldOf.with(index, fold), folds) <= reached - 1e-9) {
          throw new Error(`group ${index} would be better in fold ${fold}`);
        }
      }
    }
  }

  test("no single group can move to more even folds", () => {
    const group = fc.tuple(fc.nat(9), fc.nat(9)).map(([a, b]) => [a, b, 1]);
    const groups = fc.array(group, { minLength: 4, maxLength: 20 });
    fc.assert(
      fc.property(groups, fc.integer({ min: 2, max: 4 }), (some, folds) => {
        expectNoBetterMove([...some, [1, 1, 1]], folds);
      }),
    );
  });

  test("where one round of moves is not enough", () => {
    const groups = [
      [1, 4, 1],
      [4, 3, 1],
      [0, 5, 1],
      [3, 6, 1],
      [4, 2, 1],
      [2, 2, 1],
      [2, 3, 1],
      [6, 6, 1],
    ];
    expectNoBetterMove(groups, 3);
  });
});

describe("balanceHoldOut", () => {
  test("meets the share of each class where groups are single rows", () => {
    const groups = Array.from({ length: 100 }, (_, i) => (i % 5 === 0 ? [0, 1] : [1, 0]));
    const held = groups.filter((_, i) => balanceHoldOut(groups, 0.2)[i]);
    expect(held.filter(([negative]) => negative === 1)).toHaveLength(16);
    expect(held.filter(([, positive]) => positive === 1)).toHaveLength(4);
  });

  test("passes over a group that would take it further from the share", () => {
    expect(
      balanceHoldOut(
        [
          [8, 0],
          [1, 1],
          [1, 9],
        ],
        0.1,
      ),
    ).toEqual([false, true, false]);
  });
});

describe("balanceParts", () => {
  /** Σ (count - target)² / target, after what is lacking, which nothing outweighs. */
  function costOf(
    groups: readonly Counts[],
    targets: readonly Counts[],
    needed: readonly boolean[],
    partOf: readonly number[],
  ): [lacking: number, deviation: number] {
    let lacking = 0;
    let deviation = 0;
    for (const [part, target] of targets.entries()) {
      const own = groups.filter((_, group) => partOf[group] === part);
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

  test("leaves no part empty and none without a class that three groups have", () => {
    fc.assert(
      fc.property(input, ({ groups, targets, needed }) => {
        const [lacking] = costOf(groups, targets, needed, balanceParts(groups, targets, needed));
        if (lacking > 0) throw new Error("something is lacking");
      }),
      { numRuns: 1000 },
    );
  });

  test("no group can move, and no two can swap, for counts nearer to the targets", () => {
    fc.assert(
      fc.property(input, ({ groups, targets, needed }) => {
        const partOf = balanceParts(groups, targets, needed);
        const reached = costOf(groups, targets, needed, partOf);
        const expectNoBetter = (other: readonly number[]) => {
          const [lacking, deviation] = costOf(groups, targets, needed, other);
          if (lacking > reached[0]) return;
          if (lacking < reached[0] || deviation <= reached[1] - 1e-7) throw new Error(`${other} is better`);
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
