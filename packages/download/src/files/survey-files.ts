import { dirname, join } from "node:path";
import { FileError } from "@covidxr/core";
import type { PublishedFile } from "../options.js";
import { compareFile } from "./digests.js";
import { type ParentObstacle, parentObstacle } from "./disk.js";
import { findPart, PART_SUFFIX } from "./part-file.js";

/** A file that is still to be downloaded. */
export interface MissingFile {
  readonly file: PublishedFile;
  /** Its place in the list. */
  readonly index: number;
  /** Final name on disk. */
  readonly path: string;
  /** Name on disk while it arrives. */
  readonly part: string;
  /** Bytes that earlier attempts left. */
  readonly held: number;
  /** Whether its final name holds other content. */
  readonly replaces: boolean;
}

/** What a folder lacks. */
export interface Survey {
  /** In the order of the list. */
  readonly missing: readonly MissingFile[];
  /** Parts of files that are already there and verified. */
  readonly leftovers: readonly string[];
}

/** What is in the way of a file. */
interface Obstacle {
  /** Place in the list of the first file concerned. */
  readonly index: number;
  readonly path: string;
  /** Its name in a list. */
  readonly name: string;
  readonly difference: string;
  /** What to do; undefined for a file, which can be replaced. */
  readonly remedy?: string | undefined;
  readonly reason?: "not-a-directory";
}

/** Files read at the same time: one is read while another is hashed. */
const READERS = 4;

/**
 * Finds out which files are there and verified, and what is there of the others.
 *
 * @param among Places in the list to look at. @defaultValue all
 * @throws {FileError} after looking at all: `"different"` on other content under a final name unless it is to be replaced,
 * and always on anything but a file, also under a part's name; `"not-a-directory"` where a folder is needed.
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
  // Once a folder, not once a file in it.
  const parents = new Map<string, Promise<ParentObstacle | undefined>>();
  const parentOf = (path: string): Promise<ParentObstacle | undefined> => {
    const above = dirname(path);
    const known = parents.get(above) ?? parentObstacle(path);
    parents.set(above, known);
    return known;
  };
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
    const parent = state === "absent" ? await parentOf(path) : undefined;
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
  // One folder may block many files.
  const byPath = new Map<string, Obstacle>();
  for (const obstacle of obstacles.toSorted((a, b) => a.index - b.index)) {
    if (!byPath.has(obstacle.path)) byPath.set(obstacle.path, obstacle);
  }
  const distinct = [...byPath.values()];
  const first = distinct[0]!;
  const { path, reason = "different" } = first;
  const remedies = new Set(distinct.flatMap(({ remedy }) => remedy ?? []));
  if (distinct.length === 1) {
    const remedy = first.remedy ?? 'move it away, or replace it with existing: "replace"';
    return new FileError({ path, reason, message: `${first.difference}; ${remedy}` });
  }
  // The first one with its difference; of the others, only those that are not just other content.
  const names = distinct.map(({ name, difference, remedy }, i) =>
    i === 0 || remedy !== undefined ? `${name} (${difference})` : name,
  );
  const remedy =
    remedies.size > 0
      ? [...remedies].join("; ").replace("move it away", "move them away")
      : 'move them away, or replace them with existing: "replace"';
  const message = `${distinct.length} files differ from the published ones, such as ${nameSome(names)}; ${remedy}`;
  return new FileError({ path, reason, message });
}

const MOST_NAMES = 5;

/** The first five names, as `"a, b, c"`. */
export function nameSome(names: readonly string[]): string {
  return names.slice(0, MOST_NAMES).join(", ");
}

/**
 * Works on items in order, up to `concurrency` at a time. After a failure no further item is started; it is thrown once
 * the started ones have ended.
 */
export async function inParallel<T>(
  items: readonly T[],
  concurrency: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    while (next < items.length && !failure) {
      const index = next++;
      try {
        await work(items[index]!, index);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  if (failure) throw failure.error;
}
