import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "@covidxr/core/files";
import type { FoldRecord } from "@covidxr/training";

/** Finished folds on disk, so that a run that died goes on with the next one. */
export interface FoldStore {
  save(record: FoldRecord): Promise<void>;
  /** Folds that were saved; a file that cannot be read as JSON is left out and its fold trained again. */
  load(): Promise<FoldRecord[]>;
}

/** Keeps each fold as a JSON file in `folder`. */
export function openFoldStore(folder: string): FoldStore {
  return {
    save: (record) =>
      writeFileAtomic(
        join(folder, `seed-${record.seed}-fold-${record.fold + 1}.json`),
        `${JSON.stringify(record)}\n`,
      ),
    async load() {
      const names = await readdir(folder).catch(() => []);
      const records = await Promise.all(
        names.filter((name) => name.endsWith(".json")).map((name) => readRecord(join(folder, name))),
      );
      return records.filter((record) => record !== undefined);
    },
  };
}

async function readRecord(file: string): Promise<FoldRecord | undefined> {
  const text = await readFile(file, "utf8");
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
