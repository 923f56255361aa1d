import { checkArguments, checkOptions, type OptionKinds } from "@covidxr/core/internal";
import type { CohortRow } from "../cohort/cohort-row.js";
import { trainTestSplit } from "./train-test-split.js";

/** How to split a cohort in three. */
export interface CohortSplitOptions {
  /** Share of all rows for the test set, between 0 and 1; rounded up to rows. @defaultValue 0.1 */
  readonly testSize?: number;
  /** Share of the remaining rows for the validation set, between 0 and 1; rounded up to rows. @defaultValue 0.2 */
  readonly validationSize?: number;
  /** Decides which rows are held out. Integer, 0 or more. */
  readonly seed: number;
  /** Names of the splits. @defaultValue `["train", "validation", "test"]` */
  readonly splits?: readonly [training: string, validation: string, test: string];
}

/** How {@link CohortSplitOptions} are written. */
export const SPLIT: OptionKinds<CohortSplitOptions> = {
  testSize: "number?",
  validationSize: "number?",
  seed: "number",
  splits: "strings?",
};

/** Defaults of {@link CohortSplitOptions}. */
export const SPLIT_DEFAULTS = {
  testSize: 0.1,
  validationSize: 0.2,
  splits: ["train", "validation", "test"],
} as const satisfies Omit<CohortSplitOptions, "seed">;

/**
 * Splits a cohort at random, row by row: the test set from all rows, then the validation set from the rest; what is
 * left trains. Patients may end up in several splits; `splitByPatient` of `@covidxr/audit` prevents that. Statuses play
 * no part: the split is over all rows, whether their files are there or not. Both draws are scikit-learn's
 * `train_test_split` with the same seed.
 *
 * @param options.stratify Whether each split gets the classes in equal proportion. @defaultValue false
 * @returns The rows in their order with `split` set.
 * @throws {InvalidArgumentError} as {@link trainTestSplit}; the seed is at most 2^32 - 1.
 */
export function splitCohort(
  rows: readonly CohortRow[],
  options: CohortSplitOptions & { readonly stratify?: boolean },
): CohortRow[] {
  checkArguments({ rows }, { rows: "objects" });
  checkOptions(options, { ...SPLIT, stratify: "boolean?" });
  const { seed, stratify = false } = options;
  const {
    testSize = SPLIT_DEFAULTS.testSize,
    validationSize = SPLIT_DEFAULTS.validationSize,
    splits = SPLIT_DEFAULTS.splits,
  } = options;
  const draw = (indices: readonly number[], size: number) =>
    trainTestSplit(indices, {
      testSize: size,
      seed,
      ...(stratify && { stratify: (index) => rows[index]!.label }),
    });
  const { train: rest, test } = draw([...rows.keys()], testSize);
  const { train, test: validation } = draw(rest, validationSize);
  const splitOf = new Map<number, string>();
  for (const [place, indices] of [train, validation, test].entries()) {
    for (const index of indices) splitOf.set(index, splits[place]!);
  }
  return rows.map((row, index) => ({ ...row, split: splitOf.get(index)! }));
}
