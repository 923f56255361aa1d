import { InvalidArgumentError } from "@covidxr/core";
import { checkArguments, checkOptions, type OptionKinds } from "@covidxr/core/internal";
import { compareCodePoints } from "../table.js";
import { RandomState } from "./random-state.js";

/** A class or group: all numbers, or all strings. */
export type ClassName = string | number;

/** Refuses names that are neither all strings nor all finite numbers. */
export function checkClassNames(parameter: string, names: readonly ClassName[]): void {
  const type = typeof names[0];
  for (const name of names) {
    if (typeof name !== type || (typeof name !== "string" && !Number.isFinite(name))) {
      throw new InvalidArgumentError({
        parameter,
        value: name,
        message: `expected all strings or all finite numbers, got ${String(name)} (${typeof name})`,
      });
    }
  }
}

/** Classes in order (numbers ascending, strings by code point) and each item's place in it: NumPy's `unique`. */
function encodeClasses(
  parameter: string,
  names: readonly ClassName[],
): { classes: ClassName[]; codes: number[] } {
  checkClassNames(parameter, names);
  const classes = [...new Set(names)].sort((a, b) =>
    typeof a === "number" && typeof b === "number" ? a - b : compareCodePoints(String(a), String(b)),
  );
  const codeOf = new Map(classes.map((name, code) => [name, code]));
  return { classes, codes: names.map((name) => codeOf.get(name)!) };
}

/** Sizes of the sides of a split: fractions in (0, 1), or counts from 1. */
export interface SplitSizes {
  /** @defaultValue what `trainSize` leaves over, or 0.25 without it */
  readonly testSize?: number;
  /** @defaultValue what `testSize` leaves over */
  readonly trainSize?: number;
}

/** Default of scikit-learn's `train_test_split`. */
const DEFAULT_TEST_SIZE = 0.25;

/**
 * Counts on both sides, as scikit-learn rounds them: a fraction of the test side is rounded up, one of the train
 * side down.
 *
 * @param samples Number of things to split.
 * @throws {InvalidArgumentError} when a size is neither a fraction nor a count below `samples`, both together ask
 * for more than there is, or a side would be empty.
 */
function splitSizes(samples: number, sizes: SplitSizes): { train: number; test: number } {
  const testSize = sizes.testSize ?? (sizes.trainSize === undefined ? DEFAULT_TEST_SIZE : undefined);
  const { trainSize } = sizes;
  checkSize("testSize", testSize, samples);
  checkSize("trainSize", trainSize, samples);
  if (isFraction(testSize) && isFraction(trainSize) && testSize + trainSize > 1) {
    throw tooMuch(sizes, `at most 1 together, got ${testSize} and ${trainSize}`);
  }
  let test = isFraction(testSize) ? Math.ceil(testSize * samples) : testSize;
  let train = isFraction(trainSize) ? Math.floor(trainSize * samples) : trainSize;
  train ??= samples - test!;
  test ??= samples - train;
  if (train + test > samples) throw tooMuch(sizes, `at most ${samples} together, got ${train} and ${test}`);
  if (train === 0 || test === 0) {
    throw new InvalidArgumentError({
      parameter: "testSize",
      value: sizes,
      message: `expected something on both sides, got ${train} for train and ${test} for test of ${samples}; change the sizes`,
    });
  }
  return { train, test };
}

function isFraction(size: number | undefined): size is number {
  return size !== undefined && size > 0 && size < 1;
}

function checkSize(parameter: string, size: number | undefined, samples: number): void {
  if (size === undefined || isFraction(size)) return;
  if (Number.isInteger(size) && size >= 1 && size < samples) return;
  throw new InvalidArgumentError({
    parameter,
    value: size,
    message: `expected a fraction between 0 and 1 or a count from 1 to ${samples - 1}, got ${size}`,
  });
}

function tooMuch(sizes: SplitSizes, rest: string): InvalidArgumentError {
  return new InvalidArgumentError({
    parameter: "trainSize",
    value: sizes,
    message: `trainSize and testSize: expected ${rest}; reduce one`,
  });
}

/** Indices of scikit-learn's `StratifiedShuffleSplit`, first split, in its order. */
function stratifiedSplit(
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

/** How to split. */
export interface TrainTestSplitOptions<T> extends SplitSizes {
  /** scikit-learn's `random_state`: an integer from 0 to 2^32 - 1, or a generator, which is advanced. */
  readonly seed: number | RandomState;
  /** Class of a row; both sides get the classes in the proportions of the whole. */
  readonly stratify?: (row: T) => ClassName;
  /** Group of a row, such as its patient; a group is on one side only. Sizes then count groups, not rows. */
  readonly group?: (row: T) => ClassName;
}

const KINDS: OptionKinds<TrainTestSplitOptions<never>> = {
  ...{ testSize: "number?", trainSize: "number?", seed: "any" },
  ...{ stratify: "function?", group: "function?" },
};

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
 * const { train, test } = trainTestSplit([0, 1, 2, 3, 4, 5, 6, 7], { testSize: 0.25, seed: 42 });
 * console.log(train, test); // [ 0, 7, 2, 4, 3, 6 ] [ 1, 5 ]
 * ```
 */
export function trainTestSplit<T>(rows: readonly T[], options: TrainTestSplitOptions<T>): TrainTestSplit<T> {
  checkArguments({ rows }, { rows: "array" });
  checkOptions<TrainTestSplitOptions<never>>(options, KINDS);
  const { stratify, group, seed } = options;
  if (stratify !== undefined && group !== undefined) {
    throw new InvalidArgumentError({
      parameter: "group",
      value: group,
      message: "expected stratify or group, got both; choose one",
    });
  }
  if (typeof seed === "object") checkArguments({ seed: seed?.permutation }, { seed: "function" });
  const random = typeof seed === "object" ? seed : new RandomState(seed);
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

/** scikit-learn's `ShuffleSplit`: the test side comes first in the permutation. */
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
