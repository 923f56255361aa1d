import type { GroupName } from "./groups.js";

/** How a trial ended. */
export const VERDICTS = {
  correct: "the result of the unaltered input",
  refused: "an error of our own, in one line",
  said: "another result, and a word about it",
  unsealed: "another result that no digest could have shown",
  foreign: "an error that is not ours, or a crash",
  silent: "another result without a word, though a digest could have shown it",
  hang: "no end in 20 s",
  memory: "more than 1.5 GiB",
} as const;
export type Verdict = keyof typeof VERDICTS;
/** Verdicts that are failures. */
export const FAILURES: readonly Verdict[] = ["foreign", "silent", "hang", "memory"];

/** A trial to make. */
export interface Question {
  readonly group: GroupName;
  readonly seed: number;
  readonly index: number;
}

/** How it ended, and the error, word or reason. */
export interface Outcome {
  readonly verdict: Verdict;
  readonly why: string;
}

/** What the worker says. */
export type Message =
  | { readonly kind: "ready"; readonly root: string }
  | { readonly kind: "mutated"; readonly folder: string; readonly what: string }
  | ({ readonly kind: "done"; readonly peak: number } & Outcome)
  | { readonly kind: "broken"; readonly why: string };
