import { type CopyPair, identifyImages } from "@covidxr/audit";
import { type CohortRow, type ImageIdentity, SPLITS } from "@covidxr/dataset";

/** Which images the used rows of each split are. */
export function splitIdentities(
  rows: readonly CohortRow[],
  copies: readonly CopyPair[],
): Record<string, ImageIdentity[]> {
  const used = (split: string) => rows.filter((row) => row.split === split && row.status === "used");
  return Object.fromEntries(SPLITS.map((split) => [split, identifyImages(used(split), copies)]));
}
