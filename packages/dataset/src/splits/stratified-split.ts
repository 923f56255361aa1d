import { InvalidArgumentError } from "@covidxr/core";
import { type ClassName, encodeClasses } from "./encode-classes.js";
import type { RandomState } from "./random-state.js";

/** Indices of scikit-learn's `StratifiedShuffleSplit`, first split, in its order. */
export function stratifiedSplit(
  names: readonly ClassName[],
  sizes: { readonly train: number; readonly test: number },
  random: RandomState,
): { train: number[]; test: number[] } {
  const { classes, codes } = encodeClasses("stratify", names);
  const members: number[][] = classes.map(() => []);
  for (const [index, code] of codes.entries()) members[code]!.push(index);
  const rarest = members.findIndex(({ length }) => length < 2);
  if (rarest >= 0) {
    throw invalid(
      `expected at least 2 rows of each class, got 1 of "${classes[rarest]}"; join or leave out the class`,
    );
  }
  for (const side of ["train", "test"] as const) {
    if (sizes[side] < classes.length) {
      throw invalid(
        `expected at least ${classes.length} ${side} rows for as many classes, got ${sizes[side]}`,
      );
    }
  }
  const counts = members.map(({ length }) => length);
  const trainCounts = approximateMode(counts, sizes.train, random);
  const left = counts.map((count, code) => count - trainCounts[code]!);
  const testCounts = approximateMode(left, sizes.test, random);
  const drawn = members.map((indices, code) => {
    const order = random.permutation(indices);
    const trainCount = trainCounts[code]!;
    return {
      train: order.slice(0, trainCount),
      test: order.slice(trainCount, trainCount + testCounts[code]!),
    };
  });
  const train = random.permutation(drawn.flatMap((side) => side.train));
  const test = random.permutation(drawn.flatMap((side) => side.test));
  return { train, test };
}

/**
 * How many of `draws` fall to each class: the share rounded down, then one more in the order of the largest
 * remainder, ties at random (scikit-learn's `_approximate_mode`, the mode of a multivariate hypergeometric up to 1).
 */
function approximateMode(counts: readonly number[], draws: number, random: RandomState): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const shares = counts.map((count) => (count / total) * draws);
  const given = shares.map(Math.floor);
  let open = draws - given.reduce((sum, count) => sum + count, 0);
  const remainders = shares.map((share, code) => share - given[code]!);
  for (const remainder of [...new Set(remainders)].sort((a, b) => b - a)) {
    if (open === 0) break;
    const tied = remainders.flatMap((value, code) => (value === remainder ? [code] : []));
    const chosen = random.choice(tied.length, Math.min(tied.length, open), { replace: false });
    for (const place of chosen) given[tied[place]!]!++;
    open -= chosen.length;
  }
  return given;
}

function invalid(message: string): InvalidArgumentError {
  return new InvalidArgumentError({ parameter: "stratify", value: undefined, message });
}
