import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "@covidxr/core";
import { writeFileAtomic } from "@covidxr/core/files";
import type { FoldRecord } from "@covidxr/training";

/** Finished folds on disk, so that a run that died goes on with the next one. */
export interface FoldStore {
  /** @throws {FileError} with reason `"unwritable"`. */
  save(record: FoldRecord): Promise<void>;
  /**
   * Folds that were saved under this key. A file that is not JSON is left out, and its fold trained again.
   *
   * @throws {FileError} with reason `"unreadable"`.
   */
  load(): Promise<FoldRecord[]>;
  /** Removes what an earlier run left. */
  clear(): Promise<void>;
}

interface SavedFold {
  readonly key: string;
  readonly record: FoldRecord;
}

/**
 * Keeps each fold as a JSON file in `folder`.
 *
 * @param key Names everything that decides a fold's result; folds of other keys are passed over.
 */
export function openFoldStore(folder: string, key: string): FoldStore {
  return {
    save(record) {
      const saved: SavedFold = { key, record };
      const file = join(folder, `seed-${record.seed}-fold-${record.fold + 1}.json`);
      return writeFileAtomic(file, `${JSON.stringify(saved)}\n`);
    },
    async load() {
      const names = await readdir(folder).catch((cause) => {
        if (cause.code === "ENOENT") return [];
        return unreadable(folder, cause);
      });
      const saved = await Promise.all(
        names.filter((name) => name.endsWith(".json")).map((name) => readFold(join(folder, name))),
      );
      return saved.flatMap((fold) => (fold?.key === key ? [fold.record] : []));
    },
    clear: () => rm(folder, { recursive: true, force: true }),
  };
}

async function readFold(file: string): Promise<SavedFold | undefined> {
  const text = await readFile(file, "utf8").catch((cause) => unreadable(file, cause));
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreadable(path: string, cause: Error): never {
  throw new FileError({
    path,
    reason: "unreadable",
    message: `cannot be read (${cause.message}); check its permissions, or start a new run`,
    cause,
  });
}
