import type { RunAnalysis } from "../../analysis/analyse-run.js";

/** What a run says to an item, as Markdown on one line. */
export interface ClaimAnswer {
  /** What the run's files tell; absent where they tell nothing. */
  readonly run?: string;
  /** What only a person can say; absent where the run tells all. */
  readonly person?: string;
}

/** An item of the checklist. */
export interface ClaimItem {
  /** 1 to 42. */
  readonly number: number;
  /** What the item asks for, in our words. */
  readonly asks: string;
  answer(analysis: RunAnalysis): ClaimAnswer;
}

/** Items below one heading. */
export interface ClaimSection {
  readonly title: string;
  readonly items: readonly ClaimItem[];
}
