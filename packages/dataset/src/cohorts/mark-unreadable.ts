import { InvalidArgumentError } from "@covidxr/core";
import type { CohortRow } from "./cohort-row.js";

/**
 * Marks rows whose files turned out to be unreadable, such as images that do not decode.
 *
 * @param paths Paths as the rows have them.
 * @throws {InvalidArgumentError} on a path that no row has.
 */
export function markUnreadable(rows: readonly CohortRow[], paths: Iterable<string>): CohortRow[] {
  const unreadable = new Set(paths);
  const known = new Set(rows.map(({ path }) => path));
  for (const path of unreadable) {
    if (!known.has(path)) {
      throw new InvalidArgumentError({
        parameter: "paths",
        value: path,
        message: `expected paths of the cohort, got "${path}"; give paths relative to the study folder`,
      });
    }
  }
  return rows.map((row) => (unreadable.has(row.path) ? { ...row, status: "unreadable" } : row));
}
