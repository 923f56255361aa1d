import type { CohortRow } from "@covidxr/dataset";
import { DisjointSets } from "../cohort/disjoint-sets.js";
import type { CopyPair } from "../copies/copy-pair.js";

/**
 * Lets each picture take part once: of the used rows that have the same file, or files that are copies of one another,
 * directly or by others, the first stays and the later ones get the status `duplicate`. Rows, order and splits stay.
 *
 * The first row decides: its split, and its class and patient where the rows disagree (the audit says where they do). Use
 * it before splitting, or after {@link splitByPatient} with `copies`, which puts all rows of a picture into one split.
 *
 * @param copies Files that show one picture, by the rows' paths ({@link findCopies}). @defaultValue none: same path only
 */
export function deduplicate(rows: readonly CohortRow[], copies: readonly CopyPair[] = []): CohortRow[] {
  const pictures = new DisjointSets();
  for (const { first, second } of copies) pictures.join(first, second);
  const taken = new Set<string>();
  return rows.map((row) => {
    if (row.status !== "used") return row;
    const picture = pictures.find(row.path);
    if (taken.has(picture)) return { ...row, status: "duplicate" };
    taken.add(picture);
    return row;
  });
}
