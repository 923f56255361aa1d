import { readlink } from "node:fs/promises";

/**
 * Where a link leads that leads to nothing, as on a disk that is not mounted; for paths at which nothing was found.
 *
 * @returns undefined when there is no link at that path.
 */
export function danglingLink(path: string): Promise<string | undefined> {
  return readlink(path).catch(() => undefined);
}
