import { type CohortRow, SPLITS, type Split } from "@covidxr/dataset";
import { enumerate } from "../findings/words.js";

/** Splits that rows stand in, in the order train, test, predict. */
export function splitsOf(rows: readonly CohortRow[]): Split[] {
  return SPLITS.filter((split) => rows.some((row) => row.split === split));
}

/** The same in words, such as `"train and test"`. */
export function splitNames(rows: readonly CohortRow[]): string {
  const splits = splitsOf(rows);
  return splits.length === 0 ? "no split" : enumerate(splits);
}

/** Where rows stand together that are in no two splits: `"one split"`, or `"the cohort"` where none is split. */
export function nameOneSplit(rows: readonly CohortRow[]): string {
  return splitsOf(rows).length === 0 ? "the cohort" : "one split";
}
