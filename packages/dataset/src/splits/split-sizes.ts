import { InvalidArgumentError } from "@covidxr/core";

/** How large the sides of a split shall be: a fraction in (0, 1), or a count from 1. */
export interface SplitSizes {
  /** @defaultValue what `trainSize` leaves over, or 0.25 without it */
  readonly testSize?: number;
  /** @defaultValue what `testSize` leaves over */
  readonly trainSize?: number;
}

/** scikit-learn's `train_test_split` takes a quarter when nothing is said. */
const DEFAULT_TEST_SIZE = 0.25;

/**
 * Counts on both sides, as scikit-learn rounds them: a fraction of the test side is rounded up, one of the train
 * side down.
 *
 * @param samples Number of things to split.
 * @throws {InvalidArgumentError} when a size is neither a fraction nor a count below `samples`, both together ask
 * for more than there is, or a side would be empty.
 */
export function splitSizes(samples: number, sizes: SplitSizes): { train: number; test: number } {
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
