import { createRng, InvalidArgumentError } from "@covidxr/core";
import { checkArguments, checkInteger, checkOptions } from "@covidxr/core/internal";
import { balanceFolds, gatherGroups, type RowGroup } from "./balance-groups.js";
import { type ClassName, checkClassNames } from "./train-test-split.js";

/** How to make folds. */
export interface StratifiedGroupKFoldOptions {
  /** Number of folds, 2 or more. */
  readonly folds: number;
  /** Decides which groups meet in a fold. Safe integer, 0 or more. */
  readonly seed: number;
  /** Number of the repeat; each has other folds under the same seed. Integer in [0, 2^32). @defaultValue 0 */
  readonly repeat?: number;
  /**
   * Group of each row, such as its patient; a group lies in one fold. Rows of one file belong in one group too,
   * except where that leak is what is studied.
   * @defaultValue each row is a group of its own
   */
  readonly groups?: readonly ClassName[];
  /** Whether each fold gets the classes in equal proportion; without, only as many rows. @defaultValue true */
  readonly stratify?: boolean;
}

/**
 * Assigns rows to folds for cross-validation: groups stay whole, and every class is spread over the folds as evenly
 * as possible. Without groups, the counts of a class differ by at most one between folds.
 *
 * The approach is that of scikit-learn's `StratifiedGroupKFold`: groups come in random order, those whose counts
 * differ most between classes first, and each goes where it leaves the classes most even. Single groups are then
 * moved as long as that makes them more even, so the folds are not scikit-learn's; on the checked examples they are
 * at least as even. The names of groups do not matter.
 *
 * A fold can lack a class where few groups hold most of its rows: look at the counts before using the folds.
 *
 * @param labels Class of each row, an integer from 0.
 * @returns Fold of each row, 0 … `folds` - 1. No fold is empty.
 * @throws {InvalidArgumentError} on labels out of range, groups of another length than labels or not all numbers or
 * all strings, fewer than 2 folds, more folds than groups or, with `stratify`, than groups with a row of some
 * class, and a seed or repeat out of range.
 *
 * @example
 * ```ts
 * import { stratifiedGroupKFold } from "@covidxr/dataset";
 *
 * const labels = [0, 0, 1, 1, 0, 0, 1, 1];
 * const patients = ["a", "a", "b", "b", "c", "c", "d", "d"];
 * stratifiedGroupKFold(labels, { folds: 2, seed: 0, groups: patients }); // [ 0, 0, 1, 1, 1, 1, 0, 0 ]
 * ```
 */
export function stratifiedGroupKFold(
  labels: readonly number[],
  options: StratifiedGroupKFoldOptions,
): number[] {
  checkArguments({ labels }, { labels: "array" });
  checkOptions(options, {
    folds: "number",
    seed: "number",
    repeat: "number?",
    groups: "array?",
    stratify: "boolean?",
  });
  const { folds, seed, repeat = 0, stratify = true } = options;
  checkLabels(labels);
  const classes = stratify ? labels : labels.map(() => 0);
  const groups = gatherGroups(classes, groupNames(labels.length, options.groups));
  checkFolds(folds, classes, groups);
  checkInteger("repeat", repeat, { min: 0, max: 2 ** 32 - 1 });
  const order = createRng(seed, { purpose: "folds", epoch: repeat }).permutation(groups.length);
  const drawn = Array.from(order, (index) => groups[index]!);
  drawn.sort((a, b) => unevenness(b.counts) - unevenness(a.counts));
  const foldOf = new Array<number>(labels.length);
  const counts = drawn.map((group) => group.counts);
  for (const [index, fold] of balanceFolds(counts, folds).entries()) {
    for (const row of drawn[index]!.rows) foldOf[row] = fold;
  }
  return foldOf;
}

/** Checked names of the rows' groups; without groups, each row is its own. */
function groupNames(rows: number, groups: readonly ClassName[] | undefined): readonly ClassName[] {
  if (groups === undefined) return Array.from({ length: rows }, (_, row) => row);
  if (groups.length !== rows) {
    throw invalid("groups", groups.length, `expected a group for each of ${rows} rows, got ${groups.length}`);
  }
  checkClassNames("groups", groups);
  return groups;
}

/** How much a group's counts differ between classes: squared deviations from their mean. Of one class: its count. */
function unevenness(counts: readonly number[]): number {
  if (counts.length === 1) return counts[0]!;
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - mean) ** 2, 0);
}

function checkLabels(labels: readonly number[]): void {
  const wrong = labels.findIndex((label) => !Number.isSafeInteger(label) || label < 0);
  if (wrong < 0) return;
  throw invalid("labels", labels[wrong], `expected integers from 0, got ${labels[wrong]} for row ${wrong}`);
}

function checkFolds(folds: number, labels: readonly number[], groups: readonly RowGroup[]): void {
  checkInteger("folds", folds, { min: 2 });
  if (folds > groups.length) {
    throw invalid(
      "folds",
      folds,
      `expected at most ${groups.length}, one for each group, got ${folds}; take fewer folds`,
    );
  }
  for (const [place, label] of [...new Set(labels)].entries()) {
    const holders = groups.filter(({ counts }) => counts[place]! > 0).length;
    if (holders >= folds) continue;
    throw invalid(
      "folds",
      folds,
      `expected at most ${holders}, the groups with a row of class ${label}, got ${folds}; ` +
        "take fewer folds, or set `stratify` to false",
    );
  }
}

function invalid(parameter: string, value: unknown, message: string): InvalidArgumentError {
  return new InvalidArgumentError({ parameter, value, message });
}
