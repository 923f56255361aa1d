import type { CopyPair } from "@covidxr/audit";
import { type CohortRow, type ImageIdentity, SPLITS } from "@covidxr/dataset";

/** Which image each row is: its patient, its file, and the picture that it shares with others. */
export function identitiesOf(rows: readonly CohortRow[], copies: readonly CopyPair[]): ImageIdentity[] {
  const pictures = pictureNames(copies);
  return rows.map(({ path, patientId }) => {
    const picture = pictures.get(path);
    return { path, patientId, ...(picture !== undefined && { picture }) };
  });
}

/** The identities of a cohort's used rows by split. */
export function splitIdentities(
  rows: readonly CohortRow[],
  copies: readonly CopyPair[],
): Record<string, ImageIdentity[]> {
  return Object.fromEntries(
    SPLITS.map((split) => [
      split,
      identitiesOf(
        rows.filter((row) => row.split === split && row.status === "used"),
        copies,
      ),
    ]),
  );
}

/** The first path of each group of copies names the picture that they all show. */
function pictureNames(copies: readonly CopyPair[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const { first, second } of copies) {
    const name = names.get(first) ?? names.get(second) ?? first;
    const merged = new Set([names.get(first), names.get(second)]);
    for (const [path, own] of names) if (merged.has(own)) names.set(path, name);
    names.set(first, name).set(second, name);
  }
  return names;
}
