import { InvalidArgumentError } from "@covidxr/core";
import type { FoldPlace } from "./fold-record.js";

/** One pass of a cross-validation over all images. */
export interface Repeat {
  /** Seed of the pass: starting weights, order of images, dropout. */
  readonly seed: number;
  /** Fold of each image, 0 … k-1, none of them empty. */
  readonly folds: readonly number[];
}

/** A fold to do. */
export interface Fold extends FoldPlace {
  /** Rows that are held out. */
  readonly held: readonly number[];
  /** All other rows. */
  readonly rest: readonly number[];
}

/**
 * Folds of all repeats, in order.
 *
 * @throws {InvalidArgumentError} without repeats, and on folds of another number than images, fewer than two,
 * or with a gap in their numbers.
 */
export function listFolds(images: number, repeats: readonly Repeat[]): Fold[] {
  if (repeats.length === 0) throw invalid(0, "expected at least one repeat, got none");
  return repeats.flatMap(({ seed, folds }, repeat) => {
    if (folds.length !== images) {
      throw invalid(
        folds.length,
        `expected the fold of each of ${images} images, got ${folds.length} in repeat ${repeat}`,
      );
    }
    const numbers = [...new Set(folds)].sort((a, b) => a - b);
    if (numbers.length < 2 || numbers.some((number, place) => number !== place)) {
      throw invalid(
        numbers,
        `expected at least two folds, numbered from 0 without a gap, got [${numbers.slice(0, 10)}] in repeat ${repeat}`,
      );
    }
    return numbers.map((fold) => ({
      repeat,
      fold,
      seed,
      held: rowsWhere(folds, (own) => own === fold),
      rest: rowsWhere(folds, (own) => own !== fold),
    }));
  });
}

function rowsWhere(folds: readonly number[], accept: (fold: number) => boolean): number[] {
  return folds.flatMap((fold, row) => (accept(fold) ? [row] : []));
}

function invalid(value: unknown, message: string): InvalidArgumentError {
  return new InvalidArgumentError({ parameter: "repeats", value, message });
}
