import { type Dirent, existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { LOCK_NAME } from "../files/lock-folder.js";
import { PART_SUFFIX } from "../files/part-file.js";

/**
 * Walks a folder that was downloaded to: every final name holds exactly the published bytes or what stood there
 * before, parts belong to published files, and nothing else is left, no lock either.
 *
 * @param before What stood there before the first download, by path.
 * @returns what is wrong, in words; nothing where all is well.
 */
export function checkFolder(
  folder: string,
  contents: ReadonlyMap<string, Uint8Array>,
  before: ReadonlyMap<string, Uint8Array> = new Map(),
): string[] {
  const faults: string[] = [];
  const walk = (directory: string): void => {
    for (const entry of entriesOf(directory)) {
      const path = relative(folder, join(directory, entry.name)).split(sep).join("/");
      if (entry.name === LOCK_NAME) faults.push(`${path}: the lock is left`);
      // A link to nothing holds no bytes.
      else if (!existsSync(join(directory, entry.name))) continue;
      else if (entry.isDirectory()) walk(join(directory, entry.name));
      else if (path.endsWith(PART_SUFFIX)) {
        if (!contents.has(path.slice(0, -PART_SUFFIX.length))) faults.push(`${path}: a part of nothing`);
      } else {
        const held = readFileSync(join(directory, entry.name));
        const allowed = [contents.get(path), before.get(path)];
        if (!allowed.some((content) => content && held.equals(content))) faults.push(`${path}: other bytes`);
      }
    }
  };
  walk(folder);
  return faults;
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
