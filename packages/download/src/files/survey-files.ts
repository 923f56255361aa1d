import { join } from "node:path";
import { FileError } from "@covidxr/core";
import { inParallel } from "./in-parallel.js";
import { nameSome } from "./name-some.js";
import { parentFault } from "./parent-fault.js";
import { findPart, PART_SUFFIX } from "./part-file.js";
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
  /** Whether other content stands under its final name. */
  readonly replaces: boolean;
}

/** What is in a folder, and what is not. */
export interface Survey {
  /** In the order of the list. */
  readonly missing: readonly MissingFile[];
  /** Parts of files that are there and verified. */
  readonly leftovers: readonly string[];
}

/** What is in the way of a file. */
interface Obstacle {
  /** Place in the list of the first file that it concerns. */
  readonly index: number;
  /** Where it stands. */
  readonly path: string;
  /** Its name in a list. */
  readonly name: string;
  readonly difference: string;
  /** What to do; undefined for a file, which may be replaced. */
  readonly remedy?: string | undefined;
  readonly reason?: "not-a-directory";
}

/** Files that are read at the same time: reading one while another is digested. */
const READERS = 4;

/**
 * Looks which files are there and verified, and what is there of the others.
 *
 * @param among Places in the list to look at. @defaultValue all
 * @throws {FileError} once all were looked at: `"different"` on other content under a final name unless it is to be
 * replaced; for what is no file always, under a part's name too; `"not-a-directory"` when that is where a folder is to be.
 * @throws {FileError} `"unreadable"`; the signal's reason.
 */
export async function surveyFiles(
  files: readonly PublishedFile[],
  folder: string,
  settings: { readonly replace: boolean; readonly signal: AbortSignal },
  among: readonly number[] = files.map((_, index) => index),
): Promise<Survey> {
  const missing: MissingFile[] = [];
  const leftovers: string[] = [];
  const obstacles: Obstacle[] = [];
  await inParallel(among, READERS, async (index) => {
    const file = files[index]!;
    const path = join(folder, file.path);
    const part = `${path}${PART_SUFFIX}`;
    const { state, difference = "", remedy } = await compareFile(path, file, settings.signal);
    if (state === "verified") {
      const found = await findPart(part);
      if (found && found.difference === undefined) leftovers.push(part);
      return;
    }
    if (state === "different" && (!settings.replace || remedy !== undefined)) {
      obstacles.push({ index, path, name: file.path, difference, remedy });
      return;
    }
    const parent = state === "absent" ? await parentFault(path) : undefined;
    if (parent) {
      obstacles.push({ index, ...parent, name: parent.path, reason: "not-a-directory" });
      return;
    }
    const { bytes, difference: noPart } = (await findPart(part)) ?? { bytes: 0 };
    if (noPart !== undefined) {
      const name = `${file.path}${PART_SUFFIX}`;
      obstacles.push({ index, path: part, name, difference: noPart, remedy: "move it away" });
      return;
    }
    const held = bytes > (file.bytes ?? bytes) ? 0 : bytes;
    missing.push({ file, index, path, part, held, replaces: state === "different" });
  });
  if (obstacles.length > 0) throw obstacleError(obstacles);
  return { missing: missing.sort((a, b) => a.index - b.index), leftovers };
}

function obstacleError(obstacles: readonly Obstacle[]): FileError {
  // One folder may be in the way of many files.
  const byPath = new Map<string, Obstacle>();
  for (const obstacle of obstacles.toSorted((a, b) => a.index - b.index)) {
    if (!byPath.has(obstacle.path)) byPath.set(obstacle.path, obstacle);
  }
  const distinct = [...byPath.values()];
  const first = distinct[0]!;
  const { path, reason = "different" } = first;
  const remedies = new Set(distinct.flatMap(({ remedy }) => remedy ?? []));
  if (distinct.length === 1) {
    const remedy = first.remedy ?? 'move it away, or have it replaced (existing: "replace"; --replace)';
    return new FileError({ path, reason, message: `${first.difference}; ${remedy}` });
  }
  // A first example with its words; beyond it, words for what is no mere other content.
  const names = distinct.map(({ name, difference, remedy }, i) =>
    i === 0 || remedy !== undefined ? `${name} (${difference})` : name,
  );
  const remedy =
    remedies.size > 0
      ? [...remedies].join("; ").replace("move it away", "move them away")
      : 'move them away, or have them replaced (existing: "replace"; --replace)';
  const message = `${distinct.length} files differ from the published ones, such as ${nameSome(names)}; ${remedy}`;
  return new FileError({ path, reason, message });
}
