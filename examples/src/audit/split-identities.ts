import { type CopyPair, identifyImages } from "@covidxr/audit";
import type { CohortRow, ImageIdentity } from "@covidxr/dataset";
import { STUDY_SPLIT } from "@covidxr/dataset/study";

/** Which images the used rows of each split are. */
export function splitIdentities(
  rows: readonly CohortRow[],
  copies: readonly CopyPair[],
): Record<string, ImageIdentity[]> {
  const used = (split: string) => rows.filter((row) => row.split === split && row.status === "used");
  return Object.fromEntries(STUDY_SPLIT.splits.map((split) => [split, identifyImages(used(split), copies)]));
}
