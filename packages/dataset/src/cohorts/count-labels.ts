import type { Label } from "../records/group-findings.js";

/** Number of items of each class. */
export interface LabelCounts {
  readonly positive: number;
  readonly negative: number;
}

/** Counts positive (label 1) and negative (label 0) items. */
export function countLabels(items: readonly { readonly label: Label }[]): LabelCounts {
  const positive = items.filter(({ label }) => label === 1).length;
  return { positive, negative: items.length - positive };
}
