import type { CohortRow } from "@covidxr/dataset";

/** Used rows, each file once: the first row that has it. */
export function distinctImages<Row extends CohortRow>(rows: readonly Row[]): Row[] {
  const seen = new Set<string>();
  return rows.filter(({ path, status }) => {
    if (status !== "used" || seen.has(path)) return false;
    seen.add(path);
    return true;
  });
}
