/** Rows of each class: in a group, in a part of a split, or wanted there. */
export type Counts = readonly number[];

/** Rows that stay together. */
export interface RowGroup {
  readonly rows: readonly number[];
  /** How many of them each class has; classes in the order of their first row. */
  readonly counts: Counts;
}

/** Gathers rows by group; groups in the order of their first row, so that their names do not matter. */
export function gatherGroups(labels: readonly number[], groups: readonly unknown[]): RowGroup[] {
  const places = new Map([...new Set(labels)].map((label, place) => [label, place]));
  const gathered = new Map<unknown, { rows: number[]; counts: number[] }>();
  for (const [row, name] of groups.entries()) {
    let group = gathered.get(name);
    if (group === undefined) {
      group = { rows: [], counts: new Array<number>(places.size).fill(0) };
      gathered.set(name, group);
    }
    group.rows.push(row);
    group.counts[places.get(labels[row]!)!]!++;
  }
  return [...gathered.values()];
}

/** Gains below this are rounding. */
const ROUNDING = 1e-9;

/** The part where `rise` is least; the first one of equals. */
function cheapest<Rise>(
  parts: number,
  rise: (part: number) => Rise,
  isLess: (one: Rise, other: Rise) => boolean,
): number {
  let best = 0;
  let least = rise(0);
  for (let part = 1; part < parts; part++) {
    const here = rise(part);
    if (!isLess(here, least)) continue;
    best = part;
    least = here;
  }
  return best;
}

function shift(held: number[], group: Counts, sign: 1 | -1): void {
  for (const [code, count] of group.entries()) held[code]! += sign * count;
}

function totalsOf(groups: readonly Counts[]): number[] {
  return (groups[0] ?? []).map((_, code) => groups.reduce((sum, counts) => sum + counts[code]!, 0));
}

/**
 * Balances folds: groups go, one after the other, where they raise `Σ_folds Σ_classes (count in the fold / count in
 * all)²` least, of equal folds into the smallest. That sum is the variance over folds of the classes' shares, up to
 * constants. Then single groups move as long as it falls.
 *
 * @param groups At least as many as folds, each with a row, and each class with a row in some group.
 * @returns Fold of each group; no fold is empty.
 */
export function balanceFolds(groups: readonly Counts[], folds: number): number[] {
  const totals = totalsOf(groups);
  const held = Array.from({ length: folds }, () => totals.map(() => 0));
  /** What `group` adds to the sum in a fold that does not hold it, halved, without the part that all folds share. */
  const cost = (group: Counts, fold: number): number =>
    group.reduce((sum, count, code) => sum + (count * held[fold]![code]!) / totals[code]! ** 2, 0);
  const rowsOf = (fold: number): number => held[fold]!.reduce((sum, count) => sum + count, 0);
  const best = (group: Counts): number =>
    cheapest(
      folds,
      (fold) => ({ fold, cost: cost(group, fold) }),
      (one, other) =>
        one.cost < other.cost || (one.cost === other.cost && rowsOf(one.fold) < rowsOf(other.fold)),
    );
  const foldOf = groups.map((group) => {
    const fold = best(group);
    shift(held[fold]!, group, 1);
    return fold;
  });
  for (let moved = true; moved; ) {
    moved = false;
    for (const [index, group] of groups.entries()) {
      const from = foldOf[index]!;
      shift(held[from]!, group, -1);
      const to = best(group);
      if (cost(group, to) < cost(group, from) * (1 - ROUNDING)) {
        foldOf[index] = to;
        moved = true;
      }
      shift(held[foldOf[index]!]!, group, 1);
    }
  }
  return foldOf;
}

/**
 * Holds out a share of each class in one pass: a group is held out when that brings the held-out counts nearer to the
 * share, in squared deviations relative to each class.
 *
 * @param share Wanted share of each class, between 0 and 1.
 * @returns Whether each group is held out; with few groups, none or all may be.
 */
export function balanceHoldOut(groups: readonly Counts[], share: number): boolean[] {
  const totals = totalsOf(groups);
  /** Counts held out beyond what is wanted: negative as long as some are missing. */
  const excess = totals.map((total) => -share * total);
  return groups.map((group) => {
    const change = group.reduce(
      (sum, count, code) => sum + (count * (count + 2 * excess[code]!)) / totals[code]! ** 2,
      0,
    );
    if (change < 0) shift(excess, group, 1);
    return change < 0;
  });
}

/** How far a split is from what it should be; needs come first. */
interface Cost {
  /** Classes that it needs and lacks, and one more when it is empty. */
  readonly lacking: number;
  /** Σ over classes of (count - target)² / target. */
  readonly deviation: number;
}

function isLess(one: Cost, other: Cost): boolean {
  if (one.lacking !== other.lacking) return one.lacking < other.lacking;
  return one.deviation < other.deviation - ROUNDING;
}

/**
 * Balances parts of given sizes: groups go, one after the other, where they lower the parts' cost most; then groups
 * move singly, or swap in pairs, as long as the cost falls. Groups with equal counts are interchangeable, so the work
 * of a step depends on the number of different counts, not of groups.
 *
 * With up to two classes, no part lacks what it needs in the end, and none is empty: of two groups with the lacking
 * class in another part, one can always leave without taking the last of the other class with it.
 *
 * @param groups Rows of each class in each group; the order decides among groups with equal counts.
 * @param targets Rows of each class that each part should have; positive.
 * @param needed Whether each part must have the class; at least as many groups have it as there are parts.
 * @returns Part of each group.
 */
export function balanceParts(
  groups: readonly Counts[],
  targets: readonly Counts[],
  needed: readonly boolean[],
): number[] {
  const held = targets.map((target) => target.map(() => 0));
  const partOf = groups.map((group) => {
    const best = cheapest(targets.length, (part) => change(part, group, null), isLess);
    shift(held[best]!, group, 1);
    return best;
  });

  const kinds = [...new Set(groups.map(String))];
  const first = new Map(groups.map((group) => [String(group), group]));
  const countsOf = kinds.map((kind) => first.get(kind)!);
  /** Groups of each kind in each part; the last one is next to leave. */
  const members = targets.map(() => kinds.map((): number[] => []));
  const kindOf = new Map(kinds.map((kind, place) => [kind, place]));
  for (const [group, part] of partOf.entries())
    members[part]![kindOf.get(String(groups[group]))!]!.push(group);

  for (let step = bestStep(); step !== null; step = bestStep()) {
    const { from, to, leaving, coming } = step;
    const left = members[from]![leaving]!.pop()!;
    const came = coming === null ? null : members[to]![coming]!.pop()!;
    place(left, leaving, from, to);
    if (came !== null) place(came, coming!, to, from);
  }
  return partOf;

  function place(group: number, kind: number, from: number, to: number): void {
    partOf[group] = to;
    members[to]![kind]!.push(group);
    shift(held[from]!, groups[group]!, -1);
    shift(held[to]!, groups[group]!, 1);
  }

  /** The move or swap that lowers the cost most; null when none does. */
  function bestStep(): { from: number; to: number; leaving: number; coming: number | null } | null {
    let best: ReturnType<typeof bestStep> = null;
    let gain: Cost = { lacking: 0, deviation: -ROUNDING };
    for (const from of targets.keys()) {
      for (const to of targets.keys()) {
        if (from === to) continue;
        for (const leaving of kinds.keys()) {
          if (members[from]![leaving]!.length === 0) continue;
          for (const coming of [null, ...kinds.keys()]) {
            if (coming === leaving || (coming !== null && members[to]![coming]!.length === 0)) continue;
            const back = coming === null ? null : countsOf[coming]!;
            const there = change(to, countsOf[leaving]!, back);
            const here = change(from, back, countsOf[leaving]!);
            const both = {
              lacking: there.lacking + here.lacking,
              deviation: there.deviation + here.deviation,
            };
            if (!isLess(both, gain)) continue;
            gain = both;
            best = { from, to, leaving, coming };
          }
        }
      }
    }
    return best;
  }

  /** How the cost of a part changes when one group comes and another leaves. */
  function change(part: number, coming: Counts | null, leaving: Counts | null): Cost {
    const now = held[part]!;
    const then = now.map((count, code) => count + (coming?.[code] ?? 0) - (leaving?.[code] ?? 0));
    const before = costOf(now, targets[part]!);
    const after = costOf(then, targets[part]!);
    return { lacking: after.lacking - before.lacking, deviation: after.deviation - before.deviation };
  }

  function costOf(own: Counts, target: Counts): Cost {
    let lacking = own.every((count) => count === 0) ? 1 : 0;
    let deviation = 0;
    for (const [code, count] of own.entries()) {
      if (needed[code] && count === 0) lacking++;
      deviation += (count - target[code]!) ** 2 / target[code]!;
    }
    return { lacking, deviation };
  }
}
