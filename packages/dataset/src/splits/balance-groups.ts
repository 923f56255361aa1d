/** Rows that stay together. */
export interface RowGroup {
  readonly rows: readonly number[];
  /** How many of them each class has. */
  readonly counts: readonly number[];
}

/** What a fold holds so far. */
interface Fold {
  rows: number;
  readonly counts: number[];
}

/** Rounding of a cost, relative; smaller gains are not gains. */
const ROUNDING = 1e-9;

/**
 * Puts groups into folds, one after the other, each where it raises
 * `Σ_folds Σ_classes (count in the fold / count in all)²` least, of equal folds into the smallest. That sum is the
 * variance over folds of the classes' shares, up to constants. Then single groups move as long as it falls.
 *
 * @param groups At least as many as folds, each with a row, and each class with a row in some group.
 * @returns Fold of each group; no fold is empty.
 */
export function spreadGroups(groups: readonly RowGroup[], folds: number): number[] {
  const totals = groups[0]!.counts.map((_, code) =>
    groups.reduce((sum, { counts }) => sum + counts[code]!, 0),
  );
  const held: Fold[] = Array.from({ length: folds }, () => ({ rows: 0, counts: totals.map(() => 0) }));
  /** What `group` adds to the sum in a fold that does not hold it, halved, without the part that all folds share. */
  const cost = (group: RowGroup, fold: number): number =>
    group.counts.reduce(
      (sum, count, code) => sum + (count * held[fold]!.counts[code]!) / totals[code]! ** 2,
      0,
    );
  const cheapest = (group: RowGroup): number => {
    let best = 0;
    let least = cost(group, 0);
    for (let fold = 1; fold < folds; fold++) {
      const here = cost(group, fold);
      if (here > least || (here === least && held[fold]!.rows >= held[best]!.rows)) continue;
      best = fold;
      least = here;
    }
    return best;
  };
  const foldOf = groups.map((group) => {
    const fold = cheapest(group);
    move(held[fold]!, group, 1);
    return fold;
  });
  for (let moved = true; moved; ) {
    moved = false;
    for (const [index, group] of groups.entries()) {
      const from = foldOf[index]!;
      move(held[from]!, group, -1);
      const to = cheapest(group);
      if (cost(group, to) < cost(group, from) * (1 - ROUNDING)) {
        foldOf[index] = to;
        moved = true;
      }
      move(held[foldOf[index]!]!, group, 1);
    }
  }
  return foldOf;
}

/** Puts a group into a fold, or takes it out. */
function move(fold: Fold, group: RowGroup, sign: 1 | -1): void {
  fold.rows += sign * group.rows.length;
  for (const [code, count] of group.counts.entries()) fold.counts[code]! += sign * count;
}
