import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { danglingLink } from "./dangling-link.js";
import { errorCode } from "./disk-fault.js";

/** What stands where one of a path's folders is or is to be made. */
export interface ParentFault {
  /** The folder's path. */
  readonly path: string;
  readonly difference: string;
  readonly remedy: string;
}

/**
 * Why the folders above a path cannot be made: one of them is a file, or a link to nothing.
 *
 * @param path Path at which nothing is.
 * @returns undefined when they can, and when that cannot be seen.
 */
export async function parentFault(path: string): Promise<ParentFault | undefined> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    try {
      if ((await stat(folder)).isDirectory()) return undefined;
      return { path: folder, difference: "expected a folder, got a file", remedy: "move it away" };
    } catch (error) {
      if (!["ENOENT", "ENOTDIR"].includes(errorCode(error))) return undefined;
    }
    const target = await danglingLink(folder);
    if (target !== undefined) {
      return {
        path: folder,
        difference: `expected a folder, got a link to ${target}, which is not there`,
        remedy: "mount its disk or remove the link",
      };
    }
    if (dirname(folder) === folder) return undefined;
  }
}
