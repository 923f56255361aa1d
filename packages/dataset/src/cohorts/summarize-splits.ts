import { type CohortRow, SPLITS, type Split, STATUSES, type Status } from "./cohort-row.js";
import { countLabels, type LabelCounts } from "./count-labels.js";

/** Figures of one split. */
export interface SplitSummary {
  readonly split: Split;
  /** Rows drawn into the split. */
  readonly rows: number;
  /** Distinct files among them, there or not. */
  readonly files: number;
  /** Rows by status; they sum to `rows`. */
  readonly statuses: Readonly<Record<Status, number>>;
  /** Used rows by class. */
  readonly used: LabelCounts;
}

/** Figures of each split, in the order train, test, predict; rows without a split are not counted. */
export function summarizeSplits(rows: readonly CohortRow[]): SplitSummary[] {
  return SPLITS.map((split) => {
    const own = rows.filter((row) => row.split === split);
    const statuses = Object.fromEntries(
      STATUSES.map((status) => [status, own.filter((row) => row.status === status).length]),
    ) as Record<Status, number>;
    return {
      split,
      rows: own.length,
      files: new Set(own.map(({ path }) => path)).size,
      statuses,
      used: countLabels(own.filter(({ status }) => status === "used")),
    };
  });
}
