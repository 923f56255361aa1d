import type { CohortRow } from "@covidxr/dataset";
import { groupBy } from "./group-by.js";

/** How findings name a file: by its file name where no other of these files has it, else by its path. */
export function nameFiles(files: readonly Pick<CohortRow, "path" | "filename">[]): (path: string) => string {
  const paths = groupBy(files, ({ filename }) => filename);
  const nameOf = new Map<string, string>();
  for (const [filename, namesakes] of paths) {
    const shared = namesakes.some(({ path }) => path !== namesakes[0]!.path);
    for (const { path } of namesakes) nameOf.set(path, shared ? path : filename);
  }
  return (path) => nameOf.get(path) ?? path;
}
