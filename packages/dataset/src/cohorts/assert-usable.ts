import { EmptySelectionError } from "@covidxr/core";
import { type CohortRow, SPLITS, type Split } from "./cohort-row.js";
import { type SplitSummary, summarizeSplits } from "./summarize-splits.js";

/**
 * Refuses a cohort that no study can be run on: a split without a used row, or a training split without a used row
 * of each class.
 *
 * @param splits Splits that must be usable. @defaultValue all three
 * @throws {EmptySelectionError} with `selection` such as `"split train"` and the split's figures in its message.
 */
export function assertUsable(rows: readonly CohortRow[], splits: readonly Split[] = SPLITS): void {
  for (const summary of summarizeSplits(rows)) {
    if (!splits.includes(summary.split)) continue;
    const { positive, negative } = summary.used;
    if (positive + negative === 0) throw unusable(summary, "images");
    if (summary.split !== "train") continue;
    if (positive === 0) throw unusable(summary, "positive images");
    if (negative === 0) throw unusable(summary, "negative images");
  }
}

function unusable(summary: SplitSummary, wanted: string): EmptySelectionError {
  const { missing, unreadable, used } = summary.statuses;
  return new EmptySelectionError({
    selection: `split ${summary.split}`,
    message:
      `expected ${wanted}, got none (${summary.rows} rows listed, ${missing} missing, ${unreadable} unreadable, ` +
      `${used} used); check the study folder`,
  });
}
