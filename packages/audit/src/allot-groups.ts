/** Gains below this are rounding. */
const ROUNDING = 1e-9;

/** How far a split is from what it should be; needs come first. */
interface Cost {
  /** Classes that it needs and lacks, and one more when it is empty. */
  readonly lacking: number;
  /** Σ over classes of (count - target)² / target. */
  readonly deviation: number;
}

/**
 * Deals groups into parts of given sizes, one after the other, each where it lowers the cost of the parts most; then
 * groups move singly, or change places in pairs, as long as the cost falls. Groups with the same counts are alike in this,
 * so the work of a step depends on the number of different counts, not of groups.
 *
 * With up to two classes, no part lacks what it needs in the end, and none is empty: of two groups with the lacking class in
 * another part, one can always leave without taking the last of the other class with it.
 *
 * @param counts Rows of each class, for each group; the order decides among groups that are alike.
 * @param targets Rows of each class that each part should have; positive.
 * @param needed Whether each part must have the class; at least as many groups have it as there are parts.
 * @returns Part of each group.
 */
export function allotGroups(
  counts: readonly (readonly number[])[],
  targets: readonly (readonly number[])[],
  needed: readonly boolean[],
): number[] {
  const held = targets.map((target) => target.map(() => 0));
  const partOf = counts.map((group) => {
    const gains = targets.map((_, part) => change(part, group, null));
    const best = gains.reduce((least, gain, part) => (isLess(gain, gains[least]!) ? part : least), 0);
    shift(held[best]!, group, 1);
    return best;
  });

  const kinds = [...new Set(counts.map(String))];
  const first = new Map(counts.map((group) => [String(group), group]));
  const countsOf = kinds.map((kind) => first.get(kind)!);
  /** Groups of each kind in each part; the last one is next to leave. */
  const members = targets.map(() => kinds.map((): number[] => []));
  const kindOf = new Map(kinds.map((kind, place) => [kind, place]));
  for (const [group, part] of partOf.entries())
    members[part]![kindOf.get(String(counts[group]))!]!.push(group);

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
    shift(held[from]!, counts[group]!, -1);
    shift(held[to]!, counts[group]!, 1);
  }

  /** The move or exchange that lowers the cost most; null when none does. */
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

  /** What the cost of a part becomes more when one group comes and another leaves. */
  function change(part: number, coming: readonly number[] | null, leaving: readonly number[] | null): Cost {
    const now = held[part]!;
    const then = now.map((count, code) => count + (coming?.[code] ?? 0) - (leaving?.[code] ?? 0));
    const before = costOf(now, targets[part]!);
    const after = costOf(then, targets[part]!);
    return { lacking: after.lacking - before.lacking, deviation: after.deviation - before.deviation };
  }

  function costOf(own: readonly number[], target: readonly number[]): Cost {
    let lacking = own.every((count) => count === 0) ? 1 : 0;
    let deviation = 0;
    for (const [code, count] of own.entries()) {
      if (needed[code] && count === 0) lacking++;
      deviation += (count - target[code]!) ** 2 / target[code]!;
    }
    return { lacking, deviation };
  }
}

function isLess(one: Cost, other: Cost): boolean {
  if (one.lacking !== other.lacking) return one.lacking < other.lacking;
  return one.deviation < other.deviation - ROUNDING;
}

function shift(held: number[], group: readonly number[], sign: 1 | -1): void {
  for (const [code, count] of group.entries()) held[code]! += sign * count;
}
