import { readBytes } from "../tables/read-bytes.js";
import { parseManifest } from "./parse-manifest.js";
import type { StudyFile } from "./study-file.js";

/**
 * Reads a manifest: a CSV table of files, where they are published and what they hold; see {@link parseManifest}.
 *
 * @throws {FileError} `"missing"`, `"unreadable"` or `"corrupt"`.
 * @throws {MetadataError} naming line and column, on a table that is no manifest.
 */
export async function readManifest(path: string): Promise<StudyFile[]> {
  return parseManifest(await readBytes(path), path);
}
