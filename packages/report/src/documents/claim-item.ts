import type { RunAnalysis } from "../analysis/analyse-run.js";

/** What a run says about an item, as plain text. */
export interface ClaimAnswer {
  /** What the run's files tell; absent or empty where they tell nothing. */
  readonly run?: string;
  /** What only a person can say; absent where the run tells all. */
  readonly person?: string;
}

/** An item of the checklist: its number, what it asks for in our words, and the answer. */
export type ClaimItem = readonly [
  number: number,
  asks: string,
  answer: (analysis: RunAnalysis) => ClaimAnswer,
];

/** Items below one heading. */
export interface ClaimSection {
  readonly title: string;
  readonly items: readonly ClaimItem[];
}

/** An answer that synthetic images have in full, and others only in part. */
export function unlessSynthetic(
  { run }: RunAnalysis,
  synthetic: string,
  otherwise: ClaimAnswer,
): ClaimAnswer {
  return run.record.synthetic ? { run: synthetic } : otherwise;
}
