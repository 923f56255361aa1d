import { compareCodePoints } from "../tables/compare-code-points.js";

/** How many items have a finding. */
export interface FindingCount {
  readonly finding: string;
  readonly count: number;
}

/** Table of findings, the most frequent first, equal counts by name. Counts sum to the number of items. */
export function countFindings(items: readonly { readonly finding: string }[]): FindingCount[] {
  const counts = new Map<string, number>();
  for (const { finding } of items) counts.set(finding, (counts.get(finding) ?? 0) + 1);
  return [...counts]
    .map(([finding, count]) => ({ finding, count }))
    .sort((a, b) => b.count - a.count || compareCodePoints(a.finding, b.finding));
}
