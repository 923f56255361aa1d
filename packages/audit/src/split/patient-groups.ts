import { InvalidArgumentError } from "@covidxr/core";
import { type CohortRow, patientKey } from "@covidxr/dataset";
import { DisjointSets } from "../cohort/disjoint-sets.js";
import type { CopyPair } from "../copies/copy-pair.js";

/**
 * Names for each row what must stay on one side of a split: its patient, with all who share a file or a picture with that
 * patient, directly or by others. A row of unknown patient goes with its file.
 *
 * @param copies Files that show one picture, by the rows' paths ({@link findCopies}). @defaultValue none
 * @returns One name for each row, equal for rows that belong together; good for folds, too.
 * @throws {InvalidArgumentError} on a path in `copies` that no row has.
 */
export function patientGroups(
  rows: readonly Pick<CohortRow, "path" | "patientId">[],
  copies: readonly Pick<CopyPair, "first" | "second">[] = [],
): string[] {
  const sets = new DisjointSets();
  const fileOf = (path: string): string => `file:${path}`;
  const paths = new Set<string>();
  for (const row of rows) {
    paths.add(row.path);
    sets.join(fileOf(row.path), patientKey(row));
  }
  for (const { first, second } of copies) {
    for (const path of [first, second]) {
      if (paths.has(path)) continue;
      throw new InvalidArgumentError({
        parameter: "copies",
        value: path,
        message: `expected paths of the rows, got "${path}"; name files as the rows do`,
      });
    }
    sets.join(fileOf(first), fileOf(second));
  }
  return rows.map(({ path }) => sets.find(fileOf(path)));
}
