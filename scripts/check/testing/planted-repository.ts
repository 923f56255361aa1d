import type { Repository } from "../repository/repository.js";

/** A repository in memory, of files by name. */
export function plantedRepository(texts: Readonly<Record<string, string>>): Repository {
  return {
    files: Object.keys(texts).sort(),
    read(file) {
      const text = texts[file];
      if (text === undefined) throw new Error(`${file} was not planted`);
      return text;
    },
  };
}
