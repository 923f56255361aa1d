import { type CohortRow, patientKey, type Split } from "../cohort/cohort-row.js";
import { trainTestSplit } from "./train-test-split.js";

/** The study's split: 0.1 for `predict`, then 0.2 of the rest for `test`, both with seed 42, by row. */
export const STUDY_SPLIT = {
  predictSize: 0.1,
  testSize: 0.2,
  randomState: 42,
  by: "row",
  stratify: false,
} as const;

/** How to split a cohort. */
export interface SplitCohortOptions {
  /** Fraction or count of all rows (patients) held out for `predict`. @defaultValue {@link STUDY_SPLIT}.predictSize */
  readonly predictSize?: number;
  /** Fraction or count of the remaining rows (patients) for `test`. @defaultValue {@link STUDY_SPLIT}.testSize */
  readonly testSize?: number;
  /** Seed of both draws, 0 to 2^32 - 1. @defaultValue {@link STUDY_SPLIT}.randomState */
  readonly randomState?: number;
  /**
   * `"patient"` keeps all rows of a patient in one split; a row of unknown patient stays with the rows of its file.
   * The study split by row, which puts patients on both sides.
   * @defaultValue {@link STUDY_SPLIT}.by
   */
  readonly by?: "row" | "patient";
  /** Whether each split gets the classes in equal proportion; only by row. @defaultValue {@link STUDY_SPLIT}.stratify */
  readonly stratify?: boolean;
}

/**
 * Draws `predict` from all rows, then `test` from the rest; what is left is `train`. Statuses play no part: the
 * split is over all rows, whether their files are there or not.
 *
 * @returns The rows in their order with `split` set.
 * @throws {InvalidArgumentError} as {@link trainTestSplit}, also for `by: "patient"` with `stratify`.
 */
export function splitCohort(rows: readonly CohortRow[], options: SplitCohortOptions = {}): CohortRow[] {
  const { predictSize, testSize, randomState, by, stratify } = { ...STUDY_SPLIT, ...options };
  const draw = (indices: readonly number[], size: number) =>
    trainTestSplit(indices, {
      testSize: size,
      randomState,
      ...(by === "patient" && { group: (index) => patientKey(rows[index]!) }),
      ...(stratify && { stratify: (index) => rows[index]!.label }),
    });
  const { train: rest, test: predict } = draw([...rows.keys()], predictSize);
  const { train, test } = draw(rest, testSize);
  const splitOf = new Map<number, Split>();
  for (const [split, indices] of Object.entries({ train, test, predict })) {
    for (const index of indices) splitOf.set(index, split as Split);
  }
  return rows.map((row, index) => ({ ...row, split: splitOf.get(index)! }));
}
