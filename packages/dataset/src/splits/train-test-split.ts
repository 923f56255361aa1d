import { InvalidArgumentError } from "@covidxr/core";
import { type ClassName, encodeClasses } from "./encode-classes.js";
import { RandomState } from "./random-state.js";
import { type SplitSizes, splitSizes } from "./split-sizes.js";
import { stratifiedSplit } from "./stratified-split.js";

/** How to split. */
export interface TrainTestSplitOptions<T> extends SplitSizes {
  /** Seed from 0 to 2^32 - 1, or a generator, which is advanced. */
  readonly randomState: number | RandomState;
  /** Class of a row; both sides get the classes in the proportions of the whole. */
  readonly stratify?: (row: T) => ClassName;
  /** Group of a row, such as its patient; no group stands on both sides. Sizes then count groups, not rows. */
  readonly group?: (row: T) => ClassName;
}

/** The two sides of a split. */
export interface TrainTestSplit<T> {
  readonly train: T[];
  readonly test: T[];
}

/**
 * Splits rows at random, equal to scikit-learn in every row and its order: `train_test_split(rows, test_size=…,
 * train_size=…, random_state=…, stratify=…)`, and with `group` the first split of
 * `GroupShuffleSplit(test_size=…, random_state=…)`, whose sides keep the rows' order.
 * (Checked against scikit-learn 1.2.1; its default of 0.2 for groups is 0.25 here, as without them.)
 *
 * @throws {InvalidArgumentError} on sizes that cannot be met, a class with one row or more classes than rows on a
 * side, class or group names that are not all numbers or all strings, or both `stratify` and `group`.
 *
 * @example
 * ```ts
 * import { trainTestSplit } from "@covidxr/dataset";
 *
 * const { train, test } = trainTestSplit([0, 1, 2, 3, 4, 5, 6, 7], { testSize: 0.25, randomState: 42 });
 * console.log(train, test); // [ 0, 7, 2, 4, 3, 6 ] [ 1, 5 ]
 * ```
 */
export function trainTestSplit<T>(rows: readonly T[], options: TrainTestSplitOptions<T>): TrainTestSplit<T> {
  const { stratify, group, randomState } = options;
  if (stratify !== undefined && group !== undefined) {
    throw new InvalidArgumentError({
      parameter: "group",
      value: group,
      message: "expected stratify or group, got both; choose one",
    });
  }
  const random = typeof randomState === "number" ? new RandomState(randomState) : randomState;
  if (group !== undefined) return groupSplit(rows, rows.map(group), options, random);
  const sizes = splitSizes(rows.length, options);
  const indices =
    stratify === undefined
      ? shuffleSplit(rows.length, sizes, random)
      : stratifiedSplit(rows.map(stratify), sizes, random);
  return {
    train: indices.train.map((index) => rows[index]!),
    test: indices.test.map((index) => rows[index]!),
  };
}

/** scikit-learn's `ShuffleSplit`: the test side stands first in the permutation. */
function shuffleSplit(
  length: number,
  sizes: { readonly train: number; readonly test: number },
  random: RandomState,
): { train: number[]; test: number[] } {
  const order = random.permutation(length);
  return {
    train: order.slice(sizes.test, sizes.test + sizes.train),
    test: order.slice(0, sizes.test),
  };
}

function groupSplit<T>(
  rows: readonly T[],
  names: readonly ClassName[],
  sizes: SplitSizes,
  random: RandomState,
): TrainTestSplit<T> {
  const { classes, codes } = encodeClasses("group", names);
  const groups = shuffleSplit(classes.length, splitSizes(classes.length, sizes), random);
  const train = new Set(groups.train);
  const test = new Set(groups.test);
  return {
    train: rows.filter((_, index) => train.has(codes[index]!)),
    test: rows.filter((_, index) => test.has(codes[index]!)),
  };
}
