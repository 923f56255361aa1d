import { readlink, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode } from "@covidxr/core/files-internal";

/** Target of a link; undefined when there is no link at that path. For paths at which nothing was found. */
export function danglingLink(path: string): Promise<string | undefined> {
  return readlink(path).catch(() => undefined);
}

/** What is in the way of a folder. */
export interface ParentObstacle {
  readonly path: string;
  readonly difference: string;
  readonly remedy: string;
}

/**
 * Why the folders above a path cannot be created: one of them is a file or a dangling link.
 *
 * @param path Path at which nothing is.
 * @returns undefined when they can, or when that cannot be determined.
 */
export async function parentObstacle(path: string): Promise<ParentObstacle | undefined> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    try {
      if ((await stat(folder)).isDirectory()) return undefined;
      return { path: folder, difference: "expected a folder, got a file", remedy: "move it away" };
    } catch (error) {
      if (!["ENOENT", "ENOTDIR"].includes(errorCode(error))) return undefined;
    }
    const target = await danglingLink(folder);
    if (target !== undefined) {
      const difference = `expected a folder, got a link to ${target}, which does not exist`;
      return { path: folder, difference, remedy: "mount its disk or remove the link" };
    }
    if (dirname(folder) === folder) return undefined;
  }
}
