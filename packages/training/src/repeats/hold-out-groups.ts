import { InvalidArgumentError, type Rng } from "@covidxr/core";
import { balanceHoldOut, gatherGroups } from "@covidxr/dataset/internal";

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
  const candidates = gatherGroups(
    rows.map((row) => labels[row]!),
    rows.map((row) => (groups === undefined ? row : groups[row]!)),
  );
  const order = [...rng.permutation(candidates.length)].map((index) => candidates[index]!);
  const taken = balanceHoldOut(
    order.map(({ counts }) => counts),
    share,
  );
  const held = new Set(
    order.flatMap((group, i) => (taken[i] ? group.rows.map((place) => rows[place]!) : [])),
  );
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
