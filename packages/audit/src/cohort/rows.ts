import { groupBy } from "@covidxr/core/internal";
import type { CohortRow } from "@covidxr/dataset/cohort";
import { splitNames as splitsOf } from "@covidxr/dataset/cohort-internal";
import { enumerate } from "../findings.js";

export { splitsOf };

/** Used rows, each file once: the first row that has it. */
export function distinctImages<Row extends CohortRow>(rows: readonly Row[]): Row[] {
  const seen = new Set<string>();
  return rows.filter(({ path, status }) => {
    if (status !== "used" || seen.has(path)) return false;
    seen.add(path);
    return true;
  });
}

/** The same in words, such as `"train and test"`. */
export function splitNames(rows: readonly CohortRow[]): string {
  const splits = splitsOf(rows);
  return splits.length === 0 ? "no split" : enumerate(splits);
}

/** Where rows that are not in several splits are: `"one split"`, or `"the cohort"` where none has a split. */
export function nameOneSplit(rows: readonly CohortRow[]): string {
  return splitsOf(rows).length === 0 ? "the cohort" : "one split";
}

/** Names a file in findings: by its file name where that is unique among the files, else by its path. */
export function nameFiles(files: readonly Pick<CohortRow, "path" | "filename">[]): (path: string) => string {
  const paths = groupBy(files, ({ filename }) => filename);
  const nameOf = new Map<string, string>();
  for (const [filename, namesakes] of paths) {
    const shared = namesakes.some(({ path }) => path !== namesakes[0]!.path);
    for (const { path } of namesakes) nameOf.set(path, shared ? path : filename);
  }
  return (path) => nameOf.get(path) ?? path;
}
