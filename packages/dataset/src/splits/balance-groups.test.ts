import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { spreadGroups } from "./balance-groups.js";

/** Σ over folds and classes of the squared shares. */
function squares(groups: readonly (readonly number[])[], foldOf: readonly number[], folds: number): number {
  const totals = groups[0]!.map((_, code) => groups.reduce((sum, counts) => sum + counts[code]!, 0));
  const held = Array.from({ length: folds }, () => totals.map(() => 0));
  for (const [index, counts] of groups.entries()) {
    for (const [code, count] of counts.entries()) held[foldOf[index]!]![code]! += count;
  }
  return held
    .flatMap((fold) => fold.map((count, code) => (count / totals[code]!) ** 2))
    .reduce((a, b) => a + b);
}

const spread = (groups: readonly (readonly number[])[], folds: number): number[] =>
  spreadGroups(
    groups.map((counts) => ({ counts, rows: new Array<number>(counts.reduce((a, b) => a + b)).fill(0) })),
    folds,
  );

function expectNoBetterMove(groups: readonly (readonly number[])[], folds: number): void {
  const foldOf = spread(groups, folds);
  const reached = squares(groups, foldOf, folds);
  for (const index of groups.keys()) {
    for (let fold = 0; fold < folds; fold++) {
      expect(squares(groups, foldOf.with(index, fold), folds)).toBeGreaterThan(reached - 1e-9);
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
