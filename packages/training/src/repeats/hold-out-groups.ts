import { InvalidArgumentError, type Rng } from "@covidxr/core";

/** Training images that are watched and not learnt from, as early stopping needs them. */
export interface ValidationShare {
  /** Share of each class's training images, between 0 and 1; met as nearly as the groups allow. */
  readonly share: number;
  /**
   * Group of every image, such as its patient; none is on both sides.
   * @defaultValue each image is a group of its own
   */
  readonly groups?: readonly (string | number)[];
}

/**
 * Splits rows in two: groups come in random order, and one is held out when that brings the classes' shares, in
 * least squares, nearer to what is asked for.
 *
 * @param rows Which rows to split; `labels` and `groups` are of all rows.
 * @returns Both sides in the order of `rows`.
 * @throws {InvalidArgumentError} on a share out of range, or one that leaves a side empty.
 */
export function holdOutGroups(
  rows: readonly number[],
  labels: readonly number[],
  { share, groups }: ValidationShare,
  rng: Rng,
): { training: number[]; validation: number[] } {
  const refuse = (message: string): never => {
    throw new InvalidArgumentError({ parameter: "validation", value: share, message });
  };
  if (!(share > 0 && share < 1)) refuse(`expected a share between 0 and 1, got ${share}`);
  if (groups !== undefined && groups.length !== labels.length) {
    refuse(`expected a group for each of ${labels.length} images, got ${groups.length}`);
  }
  const members = new Map<string | number, number[]>();
  for (const row of rows) {
    const group = groups === undefined ? row : groups[row]!;
    if (!members.has(group)) members.set(group, []);
    members.get(group)!.push(row);
  }
  const totals = countLabels(rows, labels);
  const missing = new Map([...totals].map(([label, count]) => [label, share * count]));
  const held = new Set<number>();
  const candidates = [...members.values()];
  for (const index of rng.permutation(candidates.length)) {
    const group = candidates[index]!;
    const counts = countLabels(group, labels);
    // (missing - count)² against missing², both relative to the class.
    let change = 0;
    for (const [label, count] of counts) {
      change += (count * (count - 2 * missing.get(label)!)) / totals.get(label)! ** 2;
    }
    if (change >= 0) continue;
    for (const row of group) held.add(row);
    for (const [label, count] of counts) missing.set(label, missing.get(label)! - count);
  }
  if (held.size === 0 || held.size === rows.length) {
    refuse(
      `expected a share that leaves images on both sides, got ${share}, which holds out ${held.size} of ` +
        `${rows.length} in ${candidates.length} groups; change it`,
    );
  }
  return {
    training: rows.filter((row) => !held.has(row)),
    validation: rows.filter((row) => held.has(row)),
  };
}

function countLabels(rows: readonly number[], labels: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(labels[row]!, (counts.get(labels[row]!) ?? 0) + 1);
  return counts;
}
