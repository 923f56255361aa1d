import { groupBy } from "../internal/group-by.js";
import type { AuditCopy } from "../run/audit-record.js";
import type { RunData } from "../run/read-run.js";

/** Two files of one picture, with the splits that each stands in. */
export interface ListedCopy extends AuditCopy {
  /** Splits of the rows of each file, in the cohort's order; empty where the cohort has none for it. */
  readonly splits: { readonly first: readonly string[]; readonly second: readonly string[] };
  /** Whether the picture stands in more than one split. */
  readonly acrossSplits: boolean;
}

/** Pairs that a page shows with their pictures, so that it stays small enough to be mailed. */
const LISTED_COPIES = 12;

/** The pairs of copies that a page shows: those that stand in several splits first. */
export function listCopies({ audit, cohort }: RunData): ListedCopy[] {
  if (audit === null) return [];
  const rows = groupBy(cohort, ({ path }) => path);
  const splitsOf = (path: string): string[] => [
    ...new Set((rows.get(path) ?? []).flatMap(({ split }) => split ?? [])),
  ];
  return audit.copies
    .map((copy): ListedCopy => {
      const splits = { first: splitsOf(copy.first), second: splitsOf(copy.second) };
      return { ...copy, splits, acrossSplits: new Set([...splits.first, ...splits.second]).size > 1 };
    })
    .sort((a, b) => Number(b.acrossSplits) - Number(a.acrossSplits))
    .slice(0, LISTED_COPIES);
}
