import type { CohortRow } from "@covidxr/dataset";
import { groupBy } from "./group-by.js";

/** How findings name a file: by its file name where no other file of the cohort has it, else by its path. */
export function nameFiles(rows: readonly CohortRow[]): (path: string) => string {
  const paths = groupBy(rows, ({ filename }) => filename);
  const nameOf = new Map<string, string>();
  for (const [filename, namesakes] of paths) {
    const shared = namesakes.some(({ path }) => path !== namesakes[0]!.path);
    for (const { path } of namesakes) nameOf.set(path, shared ? path : filename);
  }
  return (path) => nameOf.get(path) ?? path;
}
