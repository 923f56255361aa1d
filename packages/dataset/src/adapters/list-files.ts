import { stat } from "node:fs/promises";
import { join } from "node:path";
import { throwIfInterrupted } from "@covidxr/core/internal";
import { readFolder } from "../files.js";
import { LEFT_OUT, type Tally } from "./collection.js";

/** Options of {@link listFiles}. */
interface ListFilesOptions {
  /** Counts what is passed over: hidden files, what macOS adds, links to folders. */
  readonly tally: Tally;
  /** Folders that are not entered and not counted, by their path. @defaultValue none */
  readonly skip?: (folder: string) => boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Files, and links to files, of a folder and of all folders below it. No file is opened. Links to folders are not
 * followed: they may lead in a circle.
 *
 * @returns Paths relative to `root` with `/`: those of a folder in code-point order of their names, each subfolder's in
 * its place, so the same on every machine.
 * @throws {FileError} `"missing"`, `"not-a-directory"` or `"unreadable"`.
 * @throws {InterruptedError} when `signal` fires.
 */
export async function listFiles(root: string, options: ListFilesOptions): Promise<string[]> {
  const { tally, skip, signal } = options;
  const files: string[] = [];
  const enter = async (folder: string, macos: boolean): Promise<void> => {
    throwIfInterrupted(signal, "reading a folder");
    for (const entry of await readFolder(join(root, folder))) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      const added = macos || isMacosName(entry.name);
      const kind = entry.isSymbolicLink() ? await kindOfTarget(join(root, path)) : kindOf(entry);
      if (kind === "folder" && !entry.isSymbolicLink()) {
        if (skip?.(path)) continue;
        if (added || !entry.name.startsWith(".")) await enter(path, added);
        else tally.add(LEFT_OUT.hidden, `${path}/`);
      } else if (added) tally.add(LEFT_OUT.macos, path);
      else if (entry.name.startsWith(".")) tally.add(LEFT_OUT.hidden, path);
      else if (kind === "file") files.push(path);
      else tally.add(entry.isSymbolicLink() ? LEFT_OUT.links : LEFT_OUT.special, path);
    }
  };
  await enter("", false);
  return files;
}

type Kind = "file" | "folder" | "other";

function kindOf(entry: { isFile(): boolean; isDirectory(): boolean }): Kind {
  if (entry.isFile()) return "file";
  return entry.isDirectory() ? "folder" : "other";
}

async function kindOfTarget(path: string): Promise<Kind> {
  return stat(path).then(kindOf, () => "other"); // a broken link
}

const NAMES: ReadonlySet<string> = new Set(["__MACOSX", ".DS_Store", "Icon\r"]);

/** Whether a part of a path is one of those that macOS adds to folders and archives. */
export function isMacosName(name: string): boolean {
  return NAMES.has(name) || name.startsWith("._");
}
