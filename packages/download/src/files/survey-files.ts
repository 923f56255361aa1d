import { join } from "node:path";
import { FileError } from "@covidxr/core";
import { inParallel } from "./in-parallel.js";
import { PART_SUFFIX, partLength } from "./part-file.js";
import type { PublishedFile } from "./published-file.js";
import { compareFile } from "./verify-file.js";

/** A file that is still to be fetched. */
export interface MissingFile {
  readonly file: PublishedFile;
  /** Its place in the list. */
  readonly index: number;
  /** Final name on disk. */
  readonly path: string;
  /** Name on disk while it comes. */
  readonly part: string;
  /** Bytes that earlier attempts left. */
  readonly held: number;
}

/** Files that are read at the same time: reading one while another is digested. */
const READERS = 4;

/**
 * Looks which files are there and verified, and what is there of the others.
 *
 * @param among Places in the list to look at. @defaultValue all
 * @returns the files that are missing, in the order of the list.
 * @throws {FileError} `"different"` on other content under a final name unless it is to be replaced; for what is no file always.
 * @throws the signal's reason.
 */
export async function surveyFiles(
  files: readonly PublishedFile[],
  folder: string,
  settings: { readonly replace: boolean; readonly signal: AbortSignal },
  among: readonly number[] = files.map((_, index) => index),
): Promise<MissingFile[]> {
  const missing: MissingFile[] = [];
  await inParallel(among, READERS, async (index) => {
    const file = files[index]!;
    const path = join(folder, file.path);
    const { state, difference, isFile = true } = await compareFile(path, file, settings.signal);
    if (state === "verified") return;
    if (state === "different" && (!settings.replace || !isFile)) {
      const remedy = isFile
        ? 'move it away, or have it replaced (existing: "replace"; --replace)'
        : "move it away";
      throw new FileError({ path, reason: "different", message: `${difference}; ${remedy}` });
    }
    const part = `${path}${PART_SUFFIX}`;
    const length = await partLength(part);
    missing.push({ file, index, path, part, held: length > (file.bytes ?? length) ? 0 : length });
  });
  return missing.sort((a, b) => a.index - b.index);
}
