import type { CohortRow, ImageIdentity } from "@covidxr/dataset";
import { DisjointSets } from "../cohort/disjoint-sets.js";
import type { CopyPair } from "../copies/copy-pair.js";

/**
 * Says which image each row is, as `assertNoLeakage` and `train` ask: its file, its patient, and the picture that it shares
 * with copies, directly or by others. Rows of one picture have one name for it, whichever of them are given.
 *
 * @param copies Files that show one picture, by the rows' paths ({@link findCopies}).
 * @returns One identity for each row, in their order.
 */
export function identifyImages(
  rows: readonly Pick<CohortRow, "path" | "patientId">[],
  copies: readonly CopyPair[],
): ImageIdentity[] {
  const pictures = new DisjointSets();
  for (const { first, second } of copies) pictures.join(first, second);
  const shared = new Set(copies.flatMap(({ first, second }) => [first, second]));
  return rows.map(({ path, patientId }) => ({
    path,
    patientId,
    ...(shared.has(path) && { picture: pictures.find(path) }),
  }));
}
