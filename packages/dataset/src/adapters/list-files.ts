import { realpath, stat } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { throwIfInterrupted } from "@covidxr/core/internal";
import { readFolder } from "../files.js";
import { compareCodePoints } from "../table.js";
import { LEFT_OUT, type Tally } from "./collection.js";

/** Options of {@link listFiles}. */
interface ListFilesOptions {
  /** Counts what is passed over: hidden files, what macOS adds, links that are not followed. */
  readonly tally: Tally;
  /** Folders that are not entered and not counted, by their path. @defaultValue none */
  readonly skip?: (folder: string) => boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Files of a folder and of all folders below it. No file is opened. Links to files are followed, and links to folders within
 * the root; those that lead out of it, in a circle, or to what is listed anyway are counted as left out.
 *
 * @returns Paths relative to `root` with `/`: those of a folder in code-point order of their names, each subfolder's in
 * its place, so the same on every machine.
 * @throws {FileError} `"missing"`, `"not-a-directory"` or `"unreadable"`.
 * @throws {InterruptedError} when `signal` fires.
 */
export async function listFiles(root: string, options: ListFilesOptions): Promise<string[]> {
  const { tally, skip, signal } = options;
  const files: string[] = [];
  const links: string[] = [];
  const enter = async (folder: string, macos: boolean): Promise<void> => {
    throwIfInterrupted(signal, "reading a folder");
    for (const entry of await readFolder(join(root, folder))) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      const added = macos || isMacosName(entry.name);
      if (entry.isDirectory()) {
        if (skip?.(path)) continue;
        if (added || !entry.name.startsWith(".")) await enter(path, added);
        else tally.add(LEFT_OUT.hidden, `${path}/`);
      } else if (added) tally.add(LEFT_OUT.macos, path);
      else if (entry.name.startsWith(".")) tally.add(LEFT_OUT.hidden, path);
      else if (entry.isSymbolicLink()) links.push(path);
      else if (entry.isFile()) files.push(path);
      else tally.add(LEFT_OUT.special, path);
    }
  };
  await enter("", false);
  if (links.length === 0) return files;

  // What is there itself comes first: a link to it would list it twice.
  const realRoot = await realpath(root);
  const listed = new Set(files.map((path) => join(realRoot, path)));
  for (let next = 0; next < links.length; next++) {
    const path = links[next]!;
    const target = await realpath(join(root, path)).catch(() => null);
    const info = target === null ? null : await stat(target).catch(() => null);
    if (target === null || info === null) tally.add(LEFT_OUT.broken, path);
    else if (info.isFile()) {
      if (listed.has(target)) tally.add(LEFT_OUT.repeated, path);
      else files.push(path);
      listed.add(target);
    } else if (!info.isDirectory()) tally.add(LEFT_OUT.special, path);
    else if (target !== realRoot && !target.startsWith(realRoot + sep)) tally.add(LEFT_OUT.outside, path);
    else if (`${join(await realpath(dirname(join(root, path))), "x")}`.startsWith(target + sep)) {
      tally.add(LEFT_OUT.circles, path);
    } else if (!skip?.(path)) {
      const first = files.length;
      await enter(path, false);
      const found = files.splice(first);
      for (const file of found) {
        const real = await realpath(join(root, file));
        if (listed.has(real)) tally.add(LEFT_OUT.repeated, file);
        else files.push(file);
        listed.add(real);
      }
    }
  }
  return files.sort(compareParts);
}

/** Order of paths by the code points of their parts. */
function compareParts(one: string, other: string): number {
  const [left, right] = [one.split("/"), other.split("/")];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = compareCodePoints(left[i]!, right[i]!);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

const NAMES: ReadonlySet<string> = new Set(["__MACOSX", ".DS_Store", "Icon\r"]);

/** Whether a part of a path is one of those that macOS adds to folders and archives. */
export function isMacosName(name: string): boolean {
  return NAMES.has(name) || name.startsWith("._");
}
